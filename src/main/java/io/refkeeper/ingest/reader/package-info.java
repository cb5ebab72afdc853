/** Fact files as rows of text: CSV and XLSX, streamed, bounded in memory, hostile input refused. */
package io.refkeeper.ingest.reader;
