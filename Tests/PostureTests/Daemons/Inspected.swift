@testable import Posture

extension Reading<[Document]> {
    /// Containers as an engine tells them: with an id, a configuration and a host's configuration, whatever else is said.
    static func inspected(_ containers: [Document]) -> Reading<[Document]> {
        .known(
            containers.enumerated().map { index, container in
                let always: Document = [
                    "Id": .text(String(repeating: "a", count: 63) + "\(index)"), "Config": [:], "HostConfig": [:],
                ]
                return .object(always.members.filter { container[$0.name] == nil } + container.members)
            }
        )
    }
}
