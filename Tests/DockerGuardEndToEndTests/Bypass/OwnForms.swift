/// Request forms of the project's own, at least one for each way in which a reader can be fooled.
enum OwnForms {
    static let all: [RequestForm] = bodies + targets + framings + references + routes

    // MARK: Bodies

    /// Spellings of a create's body, with what must become of them.
    private static let bodies: [RequestForm] = [
        create("plain", host: #"{"Privileged":true}"#),
        create("lower-case", rest: #""hostconfig":{"privileged":true}"#),
        create("long-s", rest: #""Ho\#u{17F}tConfig":{"Privileged":true}"#),
        create("kelvin", host: #"{"Mas\#u{212A}edPaths":[]}"#),
        create("escaped", rest: #""\u0048ostConfig":{"Privile\u0067ed":true}"#),
        create("merged", rest: #""HostConfig":{"Privileged":true},"HostConfig":{"Memory":16777216}"#),
        create("last-of-two", host: #"{"Privileged":false,"PRIVILEGED":true}"#),
        create("flat", rest: #""Privileged":true"#),
        create("flat-null", rest: #""HostConfig":null,"Binds":["/:/host"]"#),
        create("bare-string", host: #"{"CapAdd":"SYS_ADMIN"}"#),
        create("trailing", host: #"{"Privileged":true}"#, after: "{}"),
        create("text", rest: #""HostConfig":{"Privileged":"true"}"#, .denyOrRefused),
        create("host-network", host: #"{"NetworkMode":"host"}"#),
        create("host-endpoint", rest: #""HostConfig":{},"NetworkingConfig":{"EndpointsConfig":{"host":{}}}"#),
        create("bind", host: #"{"Binds":["/etc:/e:ro"]}"#),
        create("bind-up", host: #"{"Binds":["/srv/lab/../../etc:/e"]}"#),
        create("bind-link", host: #"{"Binds":["/srv/lab/link/etc:/e"]}"#),
        create("bind-beside", host: #"{"Binds":["/srv/labrador:/e"]}"#),
        create("mount", host: #"{"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]}"#),
        create(
            "volume-options",
            host: #"{"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"none","o":"bind","device":"/"}}}}]}"#
        ),
        create("seccomp", host: #"{"SecurityOpt":["seccomp=unconfined"]}"#),
        create("apparmor", host: #"{"SecurityOpt":["apparmor:unconfined"]}"#),
        create("device", host: #"{"Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/x"}]}"#),
        create("device-rule", host: #"{"DeviceCgroupRules":["a *:* rwm"]}"#),
        create("unmasked", host: #"{"MaskedPaths":[]}"#),
        create("cgroup-parent", host: #"{"CgroupParent":"/elsewhere"}"#),
        create("runtime", host: #"{"Runtime":"io.containerd.runc.v2"}"#),
        create("harmless", host: "{}", .allow),
        create("harmless-null", host: #"{"Privileged":false,"CapAdd":null,"MaskedPaths":null}"#, .allow),
        create("harmless-label", rest: #""Labels":{"Privileged":"true"},"HostConfig":{}"#, .allow),
        create("harmless-bind", host: #"{"Binds":["/srv/lab:/data:ro"]}"#, .allow),
        create("harmless-drop", host: #"{"CapDrop":["ALL"],"CapAdd":["NET_BIND_SERVICE"]}"#, .allow),
        create("harmless-unknown", rest: #""HostConfig":{},"NoSuchKey":{"Privileged":true}"#, .allow),
    ]

    private static func create(
        _ id: String,
        host: String? = nil,
        rest: String = "",
        after: String = "",
        _ verdict: RequestForm.Verdict = .deny
    ) -> RequestForm {
        let rest = host.map { #""HostConfig":\#($0)"# } ?? rest
        return RequestForm(
            id: "own-\(id)",
            method: "POST",
            target: "/v1.41/containers/create?name=tw-own-\(id)",
            fields: ["Content-Type": "application/json"],
            body: Array(#"{"Image":"busybox:latest","Cmd":["true"],\#(rest)}\#(after)"#.utf8),
            verdict: verdict,
            statuses: verdict == .allow ? [201] : []
        )
    }

    // MARK: Targets

    private static let privileged = #"{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"Privileged":true}}"#

    private static let targets: [RequestForm] = [
        ("old-version", "/v1.24/containers/create"),
        ("no-version", "/containers/create"),
        ("escaped-letter", "/v1.41/%63ontainers/create"),
        ("escaped-slash", "/v1.41/containers%2Fcreate"),
        ("absolute", "http://any.example/v1.41/containers/create"),
        ("odd-version", "/v01.041./containers/create"),
        ("dot-segments", "/v1.41/images/../containers/create"),
        ("empty-segment", "/v1.41//containers/create"),
    ].map { id, target in
        RequestForm(
            id: "own-target-\(id)",
            method: "POST",
            target: "\(target)?name=tw-own-target-\(id)",
            fields: ["Content-Type": "application/json"],
            body: Array(privileged.utf8),
            // The engine redirects those that it does not take as they are.
            verdict: id.hasSuffix("segments") || id.hasSuffix("segment") ? .denyOrRefused : .deny
        )
    }

    // MARK: Framing

    private static let framings: [RequestForm] = [
        raw("chunked", "Transfer-Encoding: chunked\r\n\r\n\(chunks(of: 7))0\r\n\r\n"),
        raw(
            "chunked-twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks(of: 7))0\r\n\r\n"
        ),
        raw("both", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks(of: 9))0\r\n\r\n"),
        raw("two-lengths", "Content-Length: \(length)\r\nContent-Length: \(length)\r\n\r\n\(privileged)"),
        raw("folded", "X-Fold: a\r\n b\r\nContent-Length: \(length)\r\n\r\n\(privileged)"),
        raw("upgrade", "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: \(length)\r\n\r\n\(privileged)"),
        raw(
            "behind-ping",
            "Content-Length: \(length)\r\n\r\n\(privileged)",
            before: "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"
        ),
        raw(
            "behind-refused-upgrade",
            "Content-Length: \(length)\r\n\r\n\(privileged)",
            before: "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        ),
    ]

    private static let length = privileged.utf8.count

    private static func raw(_ id: String, _ rest: String, before: String = "") -> RequestForm {
        let target = "/v1.41/containers/create?name=tw-own-raw-\(id)"
        let head = "POST \(target) HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
        return RequestForm(
            id: "own-raw-\(id)",
            method: before.isEmpty ? "POST" : "GET",
            target: target,
            stream: [(Array((before + head + rest).utf8), 0)],
            verdict: .deny,
            statuses: before.isEmpty ? [201] : [200, 201]
        )
    }

    private static func chunks(of size: Int) -> String {
        var rest = privileged[...]
        var chunks = ""
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            chunks += "\(String(chunk.utf8.count, radix: 16))\r\n\(chunk)\r\n"
            rest = rest.dropFirst(size)
        }
        return chunks
    }

    // MARK: What earlier steps made

    private static let references: [RequestForm] = [
        reference("volumes-from", #"{"VolumesFrom":["tw-hostmnt"]}"#, ["hostmnt"]),
        reference("bound-volume", #"{"Binds":["tw-bindvol:/h"]}"#, ["bindvol"]),
        reference("others-processes", #"{"PidMode":"container:tw-victim"}"#, ["victim"]),
        reference("others-network", #"{"NetworkMode":"container:tw-hostns"}"#, ["hostns"]),
        reference("network-by-id", #"{"NetworkMode":"@HOSTNET_ID@"}"#, []),
        reference("network-by-prefix", #"{"NetworkMode":"@HOSTNET_ID12@"}"#, []),
        reference("plain-volume", #"{"Binds":["tw-plainvol:/h"]}"#, ["plainvol"], .allow),
        reference("own-network", #"{"NetworkMode":"tw-net"}"#, ["net"], .allow),
    ]

    private static func reference(
        _ id: String,
        _ host: String,
        _ fixtures: [String],
        _ verdict: RequestForm.Verdict = .deny
    ) -> RequestForm {
        var form = create("reference-\(id)", host: host, verdict)
        form.fixtures = fixtures
        return form
    }

    // MARK: Other routes

    private static let routes: [RequestForm] = [
        route("start-privileged", "/v1.41/containers/tw-privstopped/start", ["privstopped"]),
        route("start-with-body", "/v1.23/containers/tw-tostart/start", ["tostart"], body: #"{"Privileged":true}"#),
        route("start", "/v1.41/containers/tw-tostart/start", ["tostart"], verdict: .allow, [204]),
        route(
            "exec-privileged",
            "/containers/tw-victim/exec",
            ["victim"],
            body: #"{"Cmd":["true"],"Privileged":true}"#
        ),
        route("exec", "/containers/tw-victim/exec", ["victim"], body: #"{"Cmd":["true"]}"#, verdict: .allow, [201]),
        route("volume", "/volumes/create", [], body: #"{"Name":"tw-own","DriverOpts":{"o":"bind","device":"/"}}"#),
        route(
            "network",
            "/networks/create",
            [],
            body: #"{"Name":"tw-own","Driver":"macvlan","Options":{"parent":"lo"}}"#
        ),
        route("build-on-host", "/build?networkmode=host", [], body: ""),
        route("session", "/session", []),
        route("swarm", "/swarm/init", [], body: #"{"ListenAddr":"127.0.0.1:2377"}"#),
        route("plugin", "/plugins/pull?remote=127.0.0.1:5000/x&name=x", [], body: "[]"),
        RequestForm(id: "own-debug", method: "GET", target: "/debug/vars", verdict: .deny, statuses: [200]),
        RequestForm(id: "own-unknown", method: "GET", target: "/no/such/route", verdict: .deny),
        RequestForm(id: "own-ping", method: "GET", target: "/_ping", verdict: .allow, statuses: [200]),
        RequestForm(id: "own-list", method: "GET", target: "/v1.41/containers/json", verdict: .allow, statuses: [200]),
    ]

    private static func route(
        _ id: String,
        _ target: String,
        _ fixtures: [String],
        body: String? = nil,
        verdict: RequestForm.Verdict = .deny,
        _ statuses: [Int] = []
    ) -> RequestForm {
        RequestForm(
            id: "own-\(id)",
            method: "POST",
            target: target,
            fields: body == nil ? [:] : ["Content-Type": "application/json"],
            body: body.map { Array($0.utf8) },
            verdict: verdict,
            fixtures: fixtures,
            statuses: statuses
        )
    }
}
