extension DockerLogDialect: RememberingDialect {
    private static let name = "docker.daemon"

    /// All that the dialect knows of the lines that it has read.
    private struct State: Codable {
        private enum CodingKeys: String, CodingKey {
            case requests, held, conversation, info, seenIDs, lines, linesSinceBuild, host
        }

        var requests: OpenRequests
        var held: HeldDeployments
        var conversation: DockerConversation
        var info: InfoLevelStarts
        var seenIDs: KnownWorkloads
        var lines: Int
        /// Nil where no image was built.
        var linesSinceBuild: Int?
        var host: String?

        init(_ dialect: DockerLogDialect) {
            requests = dialect.requests
            held = dialect.held
            conversation = dialect.conversation
            info = dialect.info
            seenIDs = dialect.seenIDs
            lines = dialect.lines
            linesSinceBuild = dialect.lastBuild < 0 ? nil : dialect.lines - dialect.lastBuild
            host = dialect.host
        }

        init(from decoder: any Decoder) throws {
            let memory = try decoder.container(keyedBy: CodingKeys.self)
            requests = try memory.decode(OpenRequests.self, forKey: .requests)
            held = try memory.decode(HeldDeployments.self, forKey: .held)
            conversation = try memory.decode(DockerConversation.self, forKey: .conversation)
            info = try memory.decode(InfoLevelStarts.self, forKey: .info)
            seenIDs = try memory.decode(KnownWorkloads.self, forKey: .seenIDs)
            let lines = try memory.count(forKey: .lines)
            self.lines = lines
            let hasBuilt = memory.contains(.linesSinceBuild)
            linesSinceBuild = hasBuilt ? try memory.count(forKey: .linesSinceBuild, upTo: lines) : nil
            host = try memory.decodeIfPresent(String.self, forKey: .host)
        }
    }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        try MemoryForm.bytes(of: State(self), dialect: Self.name)
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        let state = try MemoryForm.state(State.self, from: memory, dialect: Self.name)
        requests = state.requests
        held = state.held
        conversation = state.conversation
        info = state.info
        seenIDs = state.seenIDs
        lines = state.lines
        lastBuild = state.linesSinceBuild.map { state.lines - $0 } ?? .min / 2
        host = state.host
    }
}
