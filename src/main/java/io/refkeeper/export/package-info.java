/** Files that people open in a spreadsheet: what every export has in common. */
package io.refkeeper.export;
