internal import Deployments

/// Takes the syslog header off a record, for a dialect that knows only what stands behind it.
///
/// Where a deployment shows no host or time of its own, those of the header are its.
package struct SyslogDialect: JournalingDialect {
    private var inner: any Dialect

    package init(_ inner: any Dialect) { self.inner = inner }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        let message = unsafe SyslogMessage(record.bytes)
        let text = unsafe RawRecord(
            bytes: UnsafeRawBufferPointer(rebasing: record.bytes[message.text]),
            position: record.position,
            defects: record.defects
        )
        let before = reading.deployments.count
        inner.read(text, into: &reading)
        for index in before..<reading.deployments.count {
            let placement = reading.deployments[index].placement
            reading.deployments[index].placement.hostName = placement.hostName ?? message.host
            if reading.deployments[index].event.timestamp == nil, case .instant(let time) = message.time {
                reading.deployments[index].event.timestamp = time
            }
        }
    }

    package mutating func finish(into reading: inout Reading) { inner.finish(into: &reading) }

    package var isHolding: Bool { inner.isHolding }

    package mutating func passTime(into reading: inout Reading) { inner.passTime(into: &reading) }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        guard let inner = inner as? any RememberingDialect else { return [] }
        return try inner.memory()
    }

    package mutating func takeChanges() -> [UInt8]? {
        guard var journaling = inner as? any JournalingDialect else {
            // One without a state never changes it.
            return inner is any RememberingDialect ? nil : []
        }
        defer { inner = journaling }
        return journaling.takeChanges()
    }

    package mutating func recall(changes: [UInt8]) throws(DialectMemoryError) {
        guard var journaling = inner as? any JournalingDialect else {
            throw DialectMemoryError("what was stored is none of this dialect's")
        }
        try journaling.recall(changes: changes)
        inner = journaling
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        guard var remembering = inner as? any RememberingDialect else {
            guard memory.isEmpty else { throw DialectMemoryError("what was stored is none of this dialect's") }
            return
        }
        try remembering.recall(memory)
        inner = remembering
    }
}
