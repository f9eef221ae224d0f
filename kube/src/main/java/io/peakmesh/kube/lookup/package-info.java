/**
 * Single questions to the API server, for what no watch has told yet. Never here: what follows from
 * the answers.
 */
@NullMarked
package io.peakmesh.kube.lookup;

import org.jspecify.annotations.NullMarked;
