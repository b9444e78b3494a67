/**
 * What {@code bench kernels} times: every family of {@code …Cases}, listed in the {@code
 * Catalogue}. A case is one kernel at one shape; its {@code Load} says what it is judged by, its
 * {@code Setup} makes the {@code Work} that is timed, with a {@code Peer} or without.
 */
@NullMarked
package io.mla4j.cli.bench.cases;

import org.jspecify.annotations.NullMarked;
