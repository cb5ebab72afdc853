/** File columns become fact columns: rules, blanks, types; what does not fit is told row by row. */
package io.refkeeper.ingest.transform;
