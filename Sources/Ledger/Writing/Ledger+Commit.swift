internal import GRDB
internal import Synchronization

/// A batch that waits for the writer.
struct WaitingBatch {
    var batch: LedgerBatch
    var continuation: CheckedContinuation<Result<Committed, any Error>, Never>
}

extension Ledger {
    /// The most batches that share a transaction.
    private static let sharing = 64

    /// Remembers a batch as a whole or not at all; returns once it outlives what ``LedgerOptions/Durability`` says.
    ///
    /// Batches that come while another is being written share the next transaction: a thousand sources do not wait for a
    /// thousand writes to the disk. A cancelled task does not stop it.
    ///
    /// - Throws: ``LedgerError``; nothing of the batch is remembered then, and where it is transient the same batch can be
    ///   told again later.
    package func commit(_ batch: LedgerBatch) async throws(LedgerError) -> Committed {
        guard !batch.isEmpty else { return Committed() }
        let result = await withCheckedContinuation { continuation in
            waiting.withLock { $0.append(WaitingBatch(batch: batch, continuation: continuation)) }
            // One call for each batch: whatever a call leaves behind, another takes.
            database.asyncWriteWithoutTransaction { self.commitWaiting($0) }
        }
        do {
            return try result.get()
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    private func commitWaiting(_ database: Database) {
        let batches = waiting.withLock { waiting in
            let taken = Array(waiting.prefix(Self.sharing))
            waiting.removeFirst(taken.count)
            return taken
        }
        guard !batches.isEmpty else { return }
        do {
            let committed = try Self.transaction(database) { database in
                try batches.map { try $0.batch.write(to: database) }
            }
            for (batch, committed) in zip(batches, committed) {
                batch.continuation.resume(returning: .success(committed))
            }
        } catch  where batches.count > 1 && !LedgerError(error, path: path).isTransient {
            // One that cannot be written must not keep the others out.
            for batch in batches {
                let result = Result { try Self.transaction(database) { try batch.batch.write(to: $0) } }
                batch.continuation.resume(returning: result)
            }
        } catch {
            for batch in batches { batch.continuation.resume(returning: .failure(error)) }
        }
    }
}

extension LedgerBatch {
    /// Writes all of it within the transaction that is open.
    func write(to database: Database) throws -> Committed {
        var committed = Committed()
        for deployment in deployments where try deployment.write(to: database) {
            committed.newDeployments.append(deployment.id)
        }
        for absorption in absorptions { try absorption.write(to: database) }
        for finding in findings {
            guard let sequence = try finding.write(to: database) else { continue }
            committed.newFindings.append(Committed.NewFinding(id: finding.id, sequence: sequence))
        }
        for stream in streams { try stream.write(to: database) }
        for event in correlationEvents { try event.write(to: database) }
        for sighting in sightings where try sighting.write(to: database) { committed.firstSightings.append(sighting) }
        return committed
    }
}
