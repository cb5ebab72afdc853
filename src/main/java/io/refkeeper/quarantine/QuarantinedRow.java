package io.refkeeper.quarantine;

import java.util.List;
import java.util.Map;

/**
 * A row that could not be loaded.
 *
 * @param line as in the file: CSV line or row of the sheet
 * @param sheet null for a file without sheets
 * @param column the fact or file column that is to blame; null: the whole row
 * @param value the value that is to blame, as the file has it; null: none
 * @param code stable reason code
 * @param reason the reason in words
 * @param original the row as one CSV record
 * @param fields by file column
 * @param scope the scope it belongs to, when the domain replaces scopes; else null
 * @param keys by foreign key, the keys that it names
 */
public record QuarantinedRow(
    long line,
    String sheet,
    String column,
    String value,
    String code,
    String reason,
    String original,
    Map<String, String> fields,
    String scope,
    Map<String, List<String>> keys) {}
