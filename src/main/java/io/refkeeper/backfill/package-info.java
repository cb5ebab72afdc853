/** Derives missing parents from the facts that name them, and inserts them, tracked. */
package io.refkeeper.backfill;
