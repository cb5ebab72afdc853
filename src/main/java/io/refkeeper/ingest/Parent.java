package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.reference.BoundForeignKey;

/**
 * One foreign key of the load.
 *
 * @param derivation of unknown parents; null when they are not derived
 * @param filling of known parents' empty columns; null when they are not visited
 */
record Parent(
    BoundForeignKey foreignKey, KeyStates states, Derivation derivation, Derivation filling) {}
