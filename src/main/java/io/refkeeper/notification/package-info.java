/**
 * Tells people what happened: messages are written to the outbox in the transaction that they tell
 * of, and relayed later by e-mail, Slack or webhook.
 */
package io.refkeeper.notification;
