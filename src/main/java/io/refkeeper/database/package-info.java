/** Data sources, identifiers and quoting, the catalog, migrations, embedded servers. */
package io.refkeeper.database;
