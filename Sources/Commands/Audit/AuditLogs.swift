#if Guard
    internal import Intake
    internal import Posture

    /// Kubernetes audit logs, read for the rights that were used.
    enum AuditLogs {
        private static let chunk = 1 << 20
        /// A longer line is no audit event.
        private static let maximumLine = 64 << 20

        /// What was used, as all of some logs tell together: plain, gzip or zstd.
        ///
        /// - Throws: ``CommandError`` where one cannot be read, or none holds an audit event.
        static func rights(usedIn logs: [String]) throws(CommandError) -> UsedRights {
            var used = UsedRights()
            for log in logs {
                do throws(IntakeError) { try read(log, into: &used) } catch { throw CommandError("\(error)") }
            }
            guard used.events > 0 else {
                throw CommandError("no audit event in \(logs.joined(separator: ", ")): is this a Kubernetes audit log?")
            }
            return used
        }

        private static func read(_ path: String, into used: inout UsedRights) throws(IntakeError) {
            let file = try LogFile(path: path)
            var buffer = [UInt8](repeating: 0, count: chunk)
            var rest: [UInt8] = []
            while true {
                let count = try file.read(into: &buffer)
                rest += buffer[..<count]
                if count == 0 {
                    used.read(rest)
                    return
                }
                guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
                    if rest.count > maximumLine {
                        throw IntakeError("\(path): a line is longer than \(maximumLine) bytes")
                    }
                    continue
                }
                used.read(Array(rest[...end]))
                rest.removeSubrange(...end)
            }
        }
    }
#endif
