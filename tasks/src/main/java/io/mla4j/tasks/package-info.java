/**
 * What can be learnt, and how a recipe says it.
 *
 * <p>A {@link io.mla4j.tasks.Task} is a kind of thing to learn under the name that recipes give it.
 * It reads its own {@link io.mla4j.tasks.Recipe}, prepares the data ({@link
 * io.mla4j.tasks.Prepared}) and makes {@link io.mla4j.tasks.Learner}s over them, whose {@link
 * io.mla4j.tasks.Findings} are shown at the end. {@link io.mla4j.tasks.Recipes} finds the task of a
 * file among those on the class path; {@link io.mla4j.tasks.run} trains it. What happens is told to
 * a {@link io.mla4j.tasks.RunListener}.
 */
@NullMarked
package io.mla4j.tasks;

import org.jspecify.annotations.NullMarked;
