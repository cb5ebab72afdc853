/**
 * PostgreSQL and MariaDB servers that need no installation: unpacked from Maven's jars, kept under
 * the data folder, shared by all refkeeper processes on it.
 */
package io.refkeeper.database.embedded;
