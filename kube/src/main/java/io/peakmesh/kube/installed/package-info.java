/**
 * What a mesh has in a cluster: the objects that an installation made, and those that its control
 * plane made since. Only reads. Never here: what is to become of them.
 */
@NullMarked
package io.peakmesh.kube.installed;

import org.jspecify.annotations.NullMarked;
