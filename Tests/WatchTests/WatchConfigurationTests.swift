import Intake
import Sigma
import Testing

@testable import Watch

@Suite struct WatchConfigurationTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) -> (WatchConfiguration?, [String]) {
        let (configuration, diagnostics) = WatchConfiguration.read(text, file: "watch.yml", environment: environment)
        return (configuration, diagnostics.map(\.description))
    }

    @Test func `the example is a configuration without any complaint`() throws {
        let (configuration, complaints) = read(WatchConfiguration.example)
        #expect(complaints.isEmpty)
        let names = try #require(configuration).sources.map(\.name)
        #expect(names == ["docker", "dockerd", "audit", "static-pods", "container-logs", "proxy", "decisions"])
        #expect(configuration?.outputs.map(\.name) == ["terminal", "file"])
        #expect(configuration?.ledger.keep == .seconds(90 * 86_400))
        #expect(configuration?.ledger.size == 10 << 30)
    }

    @Test func `what is left out is as usual`() throws {
        let (configuration, complaints) = read("sources: [{docker-events: {}}]")
        #expect(complaints.isEmpty)
        let source = try #require(configuration?.sources.first)
        #expect(source.name == "docker-events")
        #expect(source.kind == .dockerEvents(EngineSettings()))
        #expect(configuration?.rules == RuleSettings())
        #expect(configuration?.outputs.isEmpty == true)
    }

    @Test(arguments: [
        ("", "a configuration is a map with 'sources'"),
        ("sources: []", "there is nothing to watch"),
        ("source: []", "'source' is no key here"),
        ("sources: {}", "'sources' must be a list"),
        ("sources: [{docker-event: {}}]", "'docker-event' is no key here"),
        ("sources: [{name: a}]", "the entry is of no kind"),
        (
            "sources: [{docker-events: {}, static-pods: {}}]",
            "the entry is of several kinds: docker-events, static-pods"
        ),
        ("sources: [{docker-events: {socket: x}}]", "'socket' is no key here"),
        ("sources: [{docker-events: {}}, {docker-events: {}}]", "two are called 'docker-events'"),
        ("sources: [{files: {paths: [a]}}]", "'format' is missing"),
        ("sources: [{files: {format: docker-log}}]", "'paths' is missing"),
        ("sources: [{files: {paths: [a], format: nothing}}]", "'nothing' is no format"),
        ("sources: [{files: {paths: [a], format: docker-log, from: now}}]", "'from' is 'beginning' or 'end'"),
        ("sources: [{syslog: {listen: [x]}}]", "'format' is missing"),
        ("sources: [{docker-events: {}}]\nlateness: soon", "'soon' is no length of time"),
        ("sources: [{docker-events: {}}]\nledger: {size: 1KiB}", "'1KiB' is no size"),
        ("sources: [{docker-events: {}}]\noutputs: [{slack: {}}]", "one of 'url' and 'url-file' is needed"),
        ("sources: [{docker-events: {}}]\noutputs: [{file: {}}]", "'path' is missing"),
        ("sources: [{docker-events: {tls: {certificate: a}}}]", "'certificate' and 'key' belong together"),
        (
            "sources: [{kubernetes-watch: {kubeconfig: a, api-server: 'https://b'}}]",
            "'kubeconfig' and 'api-server' contradict each other"
        ),
        ("sources: [{kubernetes-watch: {context: a}}]", "go with 'kubeconfig'"),
    ])
    func `each mistake is told with its place`(text: String, complaint: String) throws {
        let (configuration, complaints) = read(text)
        #expect(configuration == nil)
        let first = try #require(complaints.first)
        #expect(first.contains(complaint) && first.hasPrefix("watch.yml:"), "\(complaints)")
    }

    @Test func `a cluster may be named by a kubeconfig`() throws {
        let (configuration, complaints) = read(
            "sources: [{kubernetes-watch: {kubeconfig: /k, context: c, allow-insecure-skip-tls-verify: true}}]"
        )
        #expect(complaints.isEmpty)
        var cluster = ClusterSettings()
        (cluster.kubeconfig, cluster.context, cluster.allowsUnverified) = ("/k", "c", true)
        #expect(configuration?.sources.first?.kind == .clusterWatch(cluster))
    }

    @Test func `values of the environment are put in after the YAML is read`() throws {
        let text = "sources: [{files: {paths: ['${LOGS}/a.log'], format: '${FORMAT:-docker-log}'}}]"
        let (configuration, complaints) = read(text, ["LOGS": "/x: {y}"])
        #expect(complaints.isEmpty)
        let expected = FileSettings(paths: ["/x: {y}/a.log"], format: RecordFormat(input: .dockerLog))
        #expect(configuration?.sources.first?.kind == .files(expected))
    }

    @Test func `a name that the environment does not have is told`() {
        let (configuration, complaints) = read("sources: [{static-pods: {folder: '${NOWHERE}'}}]")
        #expect(configuration == nil)
        #expect(complaints.first?.contains("'NOWHERE' is not set in the environment") == true)
    }
}
