import Deployments
import Dialects
import JSON

/// Everything that a dialect reads of some bytes, a record a line, in the memory that intake would lend.
func readings(
    of dialect: some Dialect,
    lines bytes: [UInt8],
    path: String = "test",
    onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)? = nil
) -> Reading {
    var dialect = dialect
    var reading = Reading()
    reading.onRawEvent = onRawEvent
    let memory = bytes + [UInt8](repeating: 0, count: 64)
    unsafe memory.withUnsafeBytes { buffer in
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
            if end > start {
                let record = unsafe RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<end]),
                    position: .init(path: path, offset: start)
                )
                dialect.read(record, into: &reading)
            }
            start = end + 1
        }
    }
    dialect.finish(into: &reading)
    return reading
}
