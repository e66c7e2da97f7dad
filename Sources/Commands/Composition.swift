internal import Dialects
internal import Intake
internal import Judge
internal import Sigma

/// The one place where live parts are put together.
enum Composition {
    /// The dialect that reads records of a format.
    ///
    /// - Parameters:
    ///   - form: what is made of the objects of manifests.
    ///   - accessLogFormat: the format of access logs; nil to tell it from each line.
    static func dialect(
        for format: InputFormat,
        maximumRecordBytes: Int,
        form: KubernetesManifestDialect.Form,
        accessLogFormat: AccessLogFormat? = nil
    ) -> any Dialect {
        switch format {
        case .dockerLog: DockerLogDialect()
        case .dockerEvents: DockerEventsDialect()
        case .httpRequests: HTTPRequestsDialect(maximumRecordBytes: maximumRecordBytes)
        case .kubernetesAudit: KubernetesAuditDialect(maximumRecordBytes: maximumRecordBytes)
        case .kubernetesManifest: KubernetesManifestDialect(readingInto: form)
        case .kubernetesWatch: KubernetesWatchDialect(maximumRecordBytes: maximumRecordBytes)
        case .accessLog: AccessLogDialect(format: accessLogFormat, maximumRecordBytes: maximumRecordBytes)
        case .applicationLog: ApplicationLogDialect(maximumRecordBytes: maximumRecordBytes)
        case .containerLog: ContainerLogDialect(maximumRecordBytes: maximumRecordBytes)
        }
    }

    /// The built-in rules and one's own.
    ///
    /// - Parameter texts: rules that stand in no file of their own, with the names by which their mistakes are told.
    /// - Parameter others: rules that are not loaded, and that correlations may name all the same.
    /// - Throws: ``CommandError`` for a path that cannot be read, or rules with errors, each told with its place.
    static func rules(
        at paths: [String],
        texts: [(text: String, file: String)] = [],
        withBuiltIn: Bool,
        beside others: RuleLibrary = RuleLibrary()
    ) throws(CommandError) -> RuleLibrary {
        var library = withBuiltIn ? RuleLibrary.builtIn : RuleLibrary()
        for path in paths {
            do throws(RuleFileError) {
                try library.add(filesAt: path)
            } catch {
                throw CommandError("the rules cannot be read: \(error)")
            }
        }
        for (text, file) in texts { library.add(text, file: file) }
        let errors = (library.diagnostics + library.misnamed(beside: others.rules, others.correlations)).filter {
            $0.severity == .error
        }.map(\.description)
        guard !errors.isEmpty else { return library }
        throw CommandError(
            (errors + ["the rules have errors: mend them, or leave them out (see: tidewaiter rules lint)"])
                .joined(separator: "\n")
        )
    }
}

extension InputFormat {
    /// The raw logs that rules on raw records know what such files hold by.
    var rawSources: Set<RawSource> {
        switch self {
        case .dockerLog: [.dockerDaemon]
        case .kubernetesAudit: [.kubernetesAudit]
        case .dockerEvents: [.dockerEvents]
        case .httpRequests, .accessLog, .applicationLog: [.webServer, .proxy]
        case .containerLog: [.webServer, .proxy, .kubernetesAudit]
        case .kubernetesManifest, .kubernetesWatch: []
        }
    }
}
