/**
 * Families that anyone can add a member to: {@link io.mla4j.nn.family.FamilyMembers} names
 * configurations, {@link io.mla4j.nn.family.FamilyModule} lets files choose among them.
 */
@NullMarked
package io.mla4j.nn.family;

import org.jspecify.annotations.NullMarked;
