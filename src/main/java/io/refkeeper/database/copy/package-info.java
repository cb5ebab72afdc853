/** COPY: rows in its two formats, and a COPY that stays open from one batch of rows to the next. */
package io.refkeeper.database.copy;
