/** The benchmark: loads measured side by side with plain COPY, on data of its own making. */
package io.refkeeper.benchmark;
