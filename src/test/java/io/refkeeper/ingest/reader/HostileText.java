package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.bytes;
import static io.refkeeper.ingest.reader.HostileFile.file;

import java.util.List;

/** Text files that are hard to decode. */
final class HostileText {

  private static final String CHINESE = "月度,计划代码\n202510,中石化\n";
  private static final String ASCII_5_MB = "202510,1234567890,abcdefghijklmn\n".repeat(160_000);

  private HostileText() {}

  static List<HostileFile> files() {
    return List.of(
        file("nothing", "", "empty_file: f: The file is empty - deliver it again"),
        file(
            "a byte order mark alone",
            bytes("UTF-8", 0xef, 0xbb, 0xbf),
            "empty_file: f: The file holds no line of text - deliver it again"),
        file(
            "a byte order mark of UTF-16 alone",
            bytes("UTF-8", 0xff, 0xfe),
            "empty_file: f: The file holds no line of text - deliver it again"),
        file("UTF-8", CHINESE, "月度|计划代码 / 2: 202510|中石化"),
        file("UTF-8, marked", "\ufeff" + CHINESE, "月度|计划代码 / 2: 202510|中石化"),
        file(
                "UTF-8, marked, where GBK is configured",
                "\ufeff" + CHINESE,
                "月度|计划代码 / 2: 202510|中石化")
            .charset("GBK"),
        file("GBK", bytes("GBK", CHINESE), "月度|计划代码 / 2: 202510|中石化"),
        file("GBK by configuration", bytes("GBK", CHINESE), "月度|计划代码 / 2: 202510|中石化")
            .charset("GBK"),
        file("GB18030 with four bytes", bytes("GB18030", "名,值\n㐀𠀀,1\n"), "名|值 / 2: 㐀𠀀|1"),
        file("UTF-16LE, marked", bytes("UTF-16LE", "\ufeff" + CHINESE), "月度|计划代码 / 2: 202510|中石化"),
        file("UTF-16BE, marked", bytes("UTF-16BE", "\ufeff" + CHINESE), "月度|计划代码 / 2: 202510|中石化"),
        file("UTF-16LE, unmarked", bytes("UTF-16LE", CHINESE), "月度|计划代码 / 2: 202510|中石化"),
        file("UTF-16BE, unmarked", bytes("UTF-16BE", CHINESE), "月度|计划代码 / 2: 202510|中石化"),
        file("UTF-16LE of ASCII alone", bytes("UTF-16LE", "a,b\n1,2\n"), "a|b / 2: 1|2"),
        file(
            "UTF-16LE of almost Chinese alone",
            bytes("UTF-16LE", "机构\n" + "上海".repeat(9)),
            "机构 / 2: 上海上海上海上海上海上海上海上海上海"),
        file(
            "UTF-16LE, its last byte cut off",
            bytes("UTF-16LE", "\ufeffa,b\n1,2\n", 0x31),
            undecodable(3, 1, 18, "UTF-16LE")),
        file(
            "UTF-16LE with half a surrogate pair",
            bytes("UTF-16LE", "\ufeffa,b\n1,", 0x00, 0xd8, "\n"),
            undecodable(2, 3, 14, "UTF-16LE")),
        file("UTF-16 with a NUL", bytes("UTF-16LE", "\ufeffa,b\n1,\0\n"), nul(2, 3, 14)),
        file(
            "UTF-32",
            bytes("UTF-32LE", "\ufeffa,b\n1,2\n"),
            "unknown_charset: f: The file is UTF-32, which is not read - save the file as UTF-8"),
        file(
                "UTF-7 by configuration",
                "a,b\n",
                "unknown_charset: f: There is no charset 'UTF-7' - correct format.charset of the domain,"
                    + " for example UTF-8 or GB18030")
            .charset("UTF-7"),
        file(
                "a charset that Java can only read",
                "a,b\n1,2\n",
                "unknown_charset: f: There is no charset 'x-JISAutoDetect' - correct format.charset of"
                    + " the domain, for example UTF-8 or GB18030")
            .charset("x-JISAutoDetect"),
        file(
            "GBK whose first Chinese comes after 5 MB",
            bytes("GBK", "m,v,n\n", ASCII_5_MB, "1,2,中石化\n"),
            "m|v|n / 2: 202510|1234567890|abcdefghijklmn / 3: 202510|1234567890|abcdefghijklmn / 4:"
                + " 202510|1234567890|abcdefghijklmn / 5: 202510|1234567890|abcdefghijklmn ... 160002:"
                + " 1|2|中石化 (160001 rows)"),
        file(
            "UTF-8 whose first Chinese comes after 5 MB",
            bytes("UTF-8", "m,v,n\n", ASCII_5_MB, "1,2,中石化\n"),
            "m|v|n / 2: 202510|1234567890|abcdefghijklmn / 3: 202510|1234567890|abcdefghijklmn / 4:"
                + " 202510|1234567890|abcdefghijklmn / 5: 202510|1234567890|abcdefghijklmn ... 160002:"
                + " 1|2|中石化 (160001 rows)"),
        file(
            "ASCII whose first strange byte comes after 5 MB",
            bytes("UTF-8", "m,v,n\n", ASCII_5_MB, "1,2,", 0xff, "\n"),
            undecodable(160002, 5, 5280010, "UTF-8, UTF-16 or GB18030") + " (after 160000 rows)"),
        file(
            "UTF-8, then GBK",
            bytes("UTF-8", CHINESE.repeat(3), "1,", 0xd6, 0xd0, "\n"),
            undecodable(7, 3, 113, "UTF-8")),
        file(
            "GBK, then UTF-8",
            bytes("GBK", CHINESE, "1,", 0xe4, 0xb8, 0xad, "\n"),
            undecodable(3, 4, 32, "UTF-8, UTF-16 or GB18030")),
        file(
            "UTF-8 with a character cut in two",
            bytes("UTF-8", "名,值\n中,", 0xe4, 0xb8, "\n"),
            undecodable(2, 3, 12, "UTF-8")),
        file(
            "UTF-8 with an overlong slash",
            bytes("UTF-8", "名,值\n中,", 0xc0, 0xaf, "\n"),
            undecodable(2, 3, 12, "UTF-8")),
        file(
            "UTF-8 with half a surrogate pair",
            bytes("UTF-8", "名,值\n中,", 0xed, 0xa0, 0x80, "\n"),
            undecodable(2, 3, 12, "UTF-8")),
        file(
            "UTF-8 beyond U+10FFFF",
            bytes("UTF-8", "名,值\n中,", 0xf5, 0x80, 0x80, 0x80, "\n"),
            undecodable(2, 3, 12, "UTF-8")),
        file(
            "UTF-8 that ends within a character",
            bytes("UTF-8", "名,值\n中,1\n文", 0xe4, 0xb8),
            undecodable(3, 2, 17, "UTF-8")),
        file(
            "GBK that ends within a character",
            bytes("GBK", "名,值\n中石化,1\n", 0xd6),
            undecodable(3, 1, 15, "UTF-8, UTF-16 or GB18030")),
        file(
            "GBK with the byte that starts nothing",
            bytes("GBK", "名,值\n中石化,", 0xff, "\n"),
            undecodable(2, 5, 13, "UTF-8, UTF-16 or GB18030")),
        file(
            "no text at all",
            bytes("UTF-8", 0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 0x0d, "IHDR"),
            nul(3, 1, 8)),
        file("a short text with one NUL", "a,b\n1,\0\n", nul(2, 3, 6)),
        file("a NUL in the header", "a\0,b\n1,2\n", nul(1, 2, 1)),
        file("a NUL after CR and LF", "a,b\r\n1,2\r\n3,\0\r\n", nul(3, 3, 12)),
        file(
            "a NUL in a long text",
            "a,b\n" + "1,2\n".repeat(50_000) + "1,\0\n",
            nul(50002, 3, 200006) + " (after 50000 rows)"),
        file("a NUL in GBK", bytes("GBK", CHINESE.repeat(9), "1,\0\n"), nul(19, 3, 254)),
        file("byte order marks within", "a,b\n\ufeff1,\ufeff2\n", "a|b / 2: \ufeff1|\ufeff2"),
        file("a character of four bytes in its column", "a,b\n𠀀,x\0\n", nul(2, 4, 10)));
  }

  private static String undecodable(int line, int column, int offset, String charset) {
    return ("undecodable_text: f, line %d, column %d: The bytes at offset %d are no %s - save the"
            + " file as UTF-8, or name its charset in the domain's format")
        .formatted(line, column, offset, charset);
  }

  private static String nul(int line, int column, int offset) {
    return ("nul_character: f, line %d, column %d: The file contains a NUL character at offset %d -"
            + " the file is damaged, or no text; deliver it again")
        .formatted(line, column, offset);
  }
}
