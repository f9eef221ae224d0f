/**
 * The names of xDS resources and nothing else: each has one written form, which is printed and read
 * here. What a name stands for at the moment is decided elsewhere.
 */
@NullMarked
package io.peakmesh.xds.translator.name;

import org.jspecify.annotations.NullMarked;
