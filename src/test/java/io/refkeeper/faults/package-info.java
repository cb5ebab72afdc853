/**
 * The fault harness: whatever is killed, cut off or full, at whatever instant, nothing is lost,
 * doubled or half done.
 *
 * <p><b>How it works.</b> A {@link io.refkeeper.faults.World} is a database with fact tables (one a
 * load mode) and parents, a home with an inbox, and a {@link io.refkeeper.faults.Model}: what
 * deliveries must lead to, computed in memory from the text of the files, by rules of its own. The
 * services that run on it are the real ones, with all routes, mails and webhooks, behind a {@link
 * io.refkeeper.testing.FaultProxy}. The production code names its boundaries as {@link
 * io.refkeeper.fault.CrashPoint}s. A case makes something happen there:
 *
 * <ul>
 *   <li>{@code halt@POINT#n}: a process of its own ({@link io.refkeeper.faults.Child}) halts at the
 *       n-th passing, as if killed; a pair of them halts the recovery, too;
 *   <li>{@code FAULT@POINT#n}: a {@link io.refkeeper.faults.Fault} strikes while the service goes
 *       on in this process: sessions terminated, connections reset, lost at one end, silent, cut
 *       after some bytes, slow, the answer to COMMIT lost, the server stopped as by a power
 *       failure;
 *   <li>scenarios of several: full and read-only disks, jumping clocks, a file that kills ({@link
 *       io.refkeeper.faults.DiskScenarios}), the networks to the mail server and to MySQL ({@link
 *       io.refkeeper.faults.NetworkScenarios}), instances, syncs and edited routes ({@link
 *       io.refkeeper.faults.RaceScenarios}), deletions of parents ({@link
 *       io.refkeeper.faults.DeletionScenarios}).
 * </ul>
 *
 * <p>Then the service is left alone until nothing waits any more, and {@link
 * io.refkeeper.faults.WorldState#check} compares everything with the model: facts and quarantine as
 * multisets, orphans, derived parents with their records and audit, one ledger row a delivery and
 * domain, messages (each at least once, ids unique), every file in exactly one place with its
 * report, no session left open.
 *
 * <p><b>How to run it.</b> {@code mvn verify} runs a sample of less than a minute, chosen by a new
 * seed each time; {@code mvn test -Dtest=FaultsTest -Dfaults=full} everything. A failure prints its
 * seed and the command that repeats it. {@code -Dfaults.case=PATTERN} chooses cases by their id,
 * {@code -Dfaults.log=info} shows what the service logs.
 *
 * <p><b>How to add a case.</b> A boundary: a constant in {@code CrashPoint} and a call of {@code
 * pass()} where it is; the matrix takes it up by itself. A fault around a living service: a
 * constant in {@code Fault}. Anything else: a line in one of the scenarios' {@code addTo}, with a
 * method that takes a world from the {@link io.refkeeper.faults.Lane}, delivers files to world and
 * model, does its harm, waits, and checks.
 *
 * <p><b>It bites.</b> {@code src/test/mutations/run.sh} takes away one protection of the protocol
 * at a time; what turns red then:
 *
 * <ul>
 *   <li>the ledger's unique keys: every lost answer to COMMIT, every halt between COMMIT and
 *       archive;
 *   <li>the order of keys: {@code same new parents in opposite order}, by its deadlock;
 *   <li>{@code FOR KEY SHARE}: {@code sync deletes} and {@code parent deleted};
 *   <li>the verification outside the savepoint: {@code parent deleted at KEYS_VERIFIED#2};
 *   <li>the lock before a sync's delete: every {@code sync deletes};
 *   <li>the assertion of counts: {@code route loses rows}.
 * </ul>
 *
 * <p>A silent network itself cannot be had by a proxy, whose kernel goes on acknowledging; {@code
 * SilentNetworkTest} checks what both ends are asked for. Between two network namespaces whose link
 * was taken down, a waiting read failed after 25.4 s.
 */
package io.refkeeper.faults;
