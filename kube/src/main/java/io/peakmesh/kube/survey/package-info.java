/**
 * Questions to a cluster about itself and about what is installed in it, with the rights of whoever
 * asks. Never here: judging an answer, or changing anything.
 */
@NullMarked
package io.peakmesh.kube.survey;

import org.jspecify.annotations.NullMarked;
