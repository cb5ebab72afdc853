package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.styled;
import static io.refkeeper.ingest.reader.XlsxFile.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Workbooks that are refused, each with its message. */
class XlsxRefusalTest extends XlsxFixture {

  private static final String AGAIN = " - open it in Excel, save it as .xlsx and deliver it again";

  @Test
  void aSheetWithoutValuesHasNoHeader() throws IOException {
    new XlsxFile().sheet("s", "").write(file);
    assertThatThrownBy(() -> read(1))
        .hasMessage(
            "facts.xlsx, sheet s: The sheet has no value in row 1, where its header should be, or"
                + " below - correct format.header_row of the domain, or the workbook");
  }

  @Test
  void duplicateHeadersAreRefused() throws IOException {
    new XlsxFile().sheet("s", row(1, text("a"), text("b"), text("a "))).write(file);
    assertThatThrownBy(() -> read(1))
        .hasMessage(
            "facts.xlsx, sheet s, row 1: Columns 1 and 3 are both named 'a' - rename one of them");
  }

  @Test
  void anOldWorkbookAndAnEncryptedOneHaveTheirOwnMessage() throws IOException {
    byte[] ole = new byte[4096];
    byte[] magic = {
      (byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1
    };
    System.arraycopy(magic, 0, ole, 0, 8);
    Files.write(file, ole);
    assertThatThrownBy(() -> read(1))
        .hasMessage(
            "facts.xlsx: The file is in the format of Excel 97-2003 (.xls) - open it in Excel and"
                + " save it as .xlsx");
    byte[] stream = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
    System.arraycopy(stream, 0, ole, 1152, stream.length);
    Files.write(file, ole);
    assertThatThrownBy(() -> RowReaders.sheetNames(file))
        .hasMessage(
            "facts.xlsx: The workbook is protected by a password - save it without a password and"
                + " deliver it again");
  }

  @Test
  void aTruncatedWorkbookIsRefused() throws IOException {
    new XlsxFile().sheet("s", row(1, text("a"))).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {4, 30, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(1))
          .isInstanceOf(FileRejectedException.class)
          .hasMessageStartingWith("facts.xlsx: The workbook cannot be unpacked: ")
          .hasMessageEndingWith(AGAIN);
    }
  }

  @Test
  void anArchiveThatIsNoWorkbookIsRefused() throws IOException {
    new XlsxFile()
        .part(
            "_rels/.rels",
            "<Relationships><Relationship Id='r' Type='x/officeDocument'"
                + " Target='xl/workbook.bin'/></Relationships>")
        .part("xl/workbook.bin", "<x/>")
        .write(file);
    assertThatThrownBy(() -> read(1))
        .hasMessage(
            "facts.xlsx: The file is a zip archive, but no .xlsx workbook - open it and save it as"
                + " .xlsx or CSV");
  }

  @Test
  void aZipBombIsStoppedByWhatReallyComesOutOfIt() throws IOException {
    String cell = "<c><v>1</v></c>".repeat(100);
    new XlsxFile()
        .sheet("s", row(1, text("a")) + ("<row>" + cell + "</row>").repeat(20_000))
        .write(file);
    assertThat(Files.size(file)).isLessThan(200_000);
    assertThatThrownBy(() -> read(1))
        .isInstanceOf(FileRejectedException.class)
        .hasMessageContaining("bytes, out of proportion to its size");
  }

  @Test
  void entitiesAreNotResolved() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "SECRET");
    String xxe =
        "<?xml version=\"1.0\"?><!DOCTYPE worksheet [<!ENTITY x SYSTEM \""
            + secret.toUri()
            + "\"><!ENTITY a \"lol\">]><worksheet><sheetData>"
            + row(1, text("a"))
            + row(2, text("&x;"))
            + row(3, text("&a;"))
            + "</sheetData></worksheet>";
    new XlsxFile().sheetXml("s", xxe).write(file);
    assertThatThrownBy(() -> read(1))
        .isInstanceOf(FileRejectedException.class)
        .hasMessage(
            "facts.xlsx: The part xl/worksheets/sheet1.xml is refused: it has a document type (DTD)"
                + AGAIN);
  }

  @Test
  void xmlThatBreaksOffIsRefused() throws IOException {
    String xml = "<worksheet><sheetData>" + row(1, text("a")) + "<row r='2'><c><v>1";
    new XlsxFile().sheetXml("s", xml).write(file);
    assertThatThrownBy(() -> read(1))
        .hasMessageStartingWith("facts.xlsx: The part xl/worksheets/sheet1.xml is damaged: ")
        .hasMessageEndingWith(AGAIN);
  }

  @Test
  void rowsColumnsAndTextsThatCannotBeAreRefused() throws IOException {
    assertDamaged("<row r='1048577'><c><v>1</v></c></row>", "there is no row 1048577");
    assertDamaged("<row r='x'><c><v>1</v></c></row>", "'x' is no number");
    assertDamaged("<row r='2'><c r='XFE2'><v>1</v></c></row>", "there is no column 16385");
    assertDamaged("<row r='2'><c r='ZZZZZZZ2'><v>1</v></c></row>", "there is no column 475254");
    assertDamaged("<row r='2'><c r='2'><v>1</v></c></row>", "a cell has no valid reference");
    assertDamaged(
        "<row r='2'><c t='s'><v>2000000000</v></c></row>",
        "column 1 names a text that the workbook does not have");
    assertDamaged(row(2, text("x".repeat(32_768))), "a cell is longer than 32767 characters");
    assertDamaged("<a>".repeat(100), "its elements are nested more than 64 deep");
  }

  private void assertDamaged(String rows, String message) throws IOException {
    new XlsxFile().sheet("s", row(1, text("a")) + rows).write(file);
    assertThatThrownBy(() -> read(1))
        .as(message)
        .isInstanceOf(FileRejectedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyCutAndEveryFlippedByteEndsInRowsOrARejection() throws IOException {
    new XlsxFile()
        .strings("<si><t>plain</t></si>")
        .formats("14")
        .sheet("s", row(1, text("a")) + row(2, "<c t='s'><v>0</v></c>", styled(0, "45931")))
        .write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      Files.delete(file); // a file written over is flushed to the disk by some file systems
      Files.write(file, changed);
      try {
        read(1);
      } catch (FileRejectedException expected) {
        assertThat(expected.problems()).isNotEmpty();
      }
    }
  }
}
