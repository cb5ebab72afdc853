/** What a steward does with derived records; so far: to know what waits, and take it to Excel. */
package io.refkeeper.review;
