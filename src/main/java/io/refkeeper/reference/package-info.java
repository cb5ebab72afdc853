/**
 * What syncs and loads both need: foreign keys bound to real tables, key verification and locks,
 * the order of reference tables, and the check of a configuration against the database.
 */
package io.refkeeper.reference;
