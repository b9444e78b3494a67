/**
 * {@code doctor}: what this machine has and what is missing. {@link
 * io.mla4j.cli.doctor.DoctorCommand} shows a {@code Diagnosis}, put together from what {@code
 * JavaRuntime}, {@code Processor}, {@code Memory}, {@code EngineStatus}, {@code Tools} and the
 * {@code kernels} find.
 */
@NullMarked
package io.mla4j.cli.doctor;

import org.jspecify.annotations.NullMarked;
