/**
 * What syncs and loads both need: foreign keys bound to real tables, key verification and locks.
 */
package io.refkeeper.reference;
