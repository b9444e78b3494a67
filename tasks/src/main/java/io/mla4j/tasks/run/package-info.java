/**
 * A run from its recipe to its report, whatever the task: {@link io.mla4j.tasks.run.RunClaim} holds
 * its folder, {@link io.mla4j.tasks.run.ComparedRun} trains its model and, if wanted, the baseline,
 * each by a {@link io.mla4j.tasks.run.TaskRun}; {@link io.mla4j.tasks.run.RunReport} writes the
 * page and {@link io.mla4j.tasks.run.RunFigures} the figures for programs.
 */
@NullMarked
package io.mla4j.tasks.run;

import org.jspecify.annotations.NullMarked;
