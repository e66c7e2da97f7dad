internal import Deployments

/// The log of Kubeflow Pipelines' API server: `/kubeflow.pipelines.backend.api.v2beta1.RunService/CreateRun handler
/// starting`, then `… handler finished` or `… call failed`, without anything that says for whom.
///
/// Source: kubeflow/pipelines, `backend/src/apiserver/interceptor.go`.
struct PipelinesLog: Codable {
    private struct Running: Codable, AgingLine {
        var name: String
        var call: RemoteCall
        var place: KeptPlace
        var age = 0
    }

    private var running: [Running] = []
    private static let maximumRunning = 256
    private static let mark = Needle("Service/")

    mutating func take(_ text: ApplicationText, _ deployments: inout [ContainerDeployment]) -> Bool {
        guard let mark = text.first(Self.mark, within: 512),
            let slash = text.bytes[..<mark].lastIndex(where: { !Self.isName($0) }).map({ $0 + 1 })
                ?? text.bytes.indices.first
        else { return false }
        let start = text.bytes[slash...]
        let words = String(decoding: start.prefix(512), as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard words.count >= 3, let parts = Optional(words[0].split(separator: "/")), parts.count == 2,
            let call = RemoteCall(service: String(parts[0]), method: String(parts[1]))
        else { return false }
        let name = String(words[0])
        switch (words[1], words[2].prefix { $0.isLetter }) {
        case ("handler", "starting"):
            running.append(Running(name: name, call: call, place: KeptPlace(text.line, time: nil)))
            if running.count > Self.maximumRunning {
                let oldest = running.removeFirst()
                deployments += oldest.call.deployments(status: nil, at: oldest.place)
            }
        case ("handler", "finished"): end(name, 200, &deployments)
        case ("call", "failed"): end(name, 400, &deployments)
        default: return false
        }
        return true
    }

    mutating func finish() -> [ContainerDeployment] {
        defer { running = [] }
        return running.flatMap { $0.call.deployments(status: nil, at: $0.place) }
    }

    var isHolding: Bool { !running.isEmpty }

    /// Calls take no longer than that many seconds.
    private static let patience = 30

    /// Says that time has gone on; the calls that will not end any more.
    mutating func passTime() -> [ContainerDeployment] {
        running.takeOlder(than: Self.patience).flatMap { $0.call.deployments(status: nil, at: $0.place) }
    }

    private mutating func end(_ name: String, _ status: Int, _ deployments: inout [ContainerDeployment]) {
        guard let index = running.firstIndex(where: { $0.name == name }) else { return }
        let ended = running.remove(at: index)
        // Of several calls at once nobody knows which it was.
        let isOnlyOne = !running.contains { $0.name == name }
        deployments += ended.call.deployments(status: isOnlyOne ? status : nil, at: ended.place)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: ".")
    }
}
