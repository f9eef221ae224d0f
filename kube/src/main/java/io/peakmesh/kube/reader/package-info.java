/**
 * Text to objects: YAML and JSON as people write it and as {@code kubectl get -o yaml} prints it,
 * decoded into the records of {@code io.peakmesh.smi.object}, every mistake as one line.
 *
 * <p>Never here: files, folders, threads, a clock, a judgement of one object against another.
 */
@NullMarked
package io.peakmesh.kube.reader;

import org.jspecify.annotations.NullMarked;
