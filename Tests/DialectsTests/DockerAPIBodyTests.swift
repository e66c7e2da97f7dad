import Testing

@testable import Dialects

@Suite struct `Reading a Docker API request's body` {
    private func body(
        _ text: String,
        as schema: BodySchema = .containerCreate,
        version: APIVersion? = nil
    ) throws -> CanonicalBody? {
        try CanonicalBody.read(Array(text.utf8), as: schema, version: version)
    }

    private func refusal(
        _ text: String,
        as schema: BodySchema = .containerCreate,
        version: APIVersion? = nil
    ) -> ReadingRefusal? {
        do throws(ReadingRefusal) {
            _ = try CanonicalBody.read(Array(text.utf8), as: schema, version: version)
            return nil
        } catch {
            return error
        }
    }

    private func forwarded(_ text: String, as schema: BodySchema = .containerCreate) throws -> String? {
        try body(text, as: schema).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test(arguments: [
        (#" {"Image" : "a" } "#, #"{"Image":"a"}"#),
        (#"{"IMAGE":"a","hostconfig":{"PRIVILEGED":true}}"#, #"{"Image":"a","HostConfig":{"Privileged":true}}"#),
        (#"{"Ho\#u{17f}tConfig":{"Bind\#u{17f}":["/:/x"]}}"#, #"{"HostConfig":{"Binds":["/:/x"]}}"#),
        (#"{"HostConfig":{"Mas\#u{212a}edPaths":[]}}"#, #"{"HostConfig":{"MaskedPaths":[]}}"#),
        (#"{"\u0048ostConfig":{"Privile\u0067ed":true}}"#, #"{"HostConfig":{"Privileged":true}}"#),
        (#"{"Cmd":"sh","HostConfig":{"CapAdd":"ALL"}}"#, #"{"Cmd":["sh"],"HostConfig":{"CapAdd":["ALL"]}}"#),
        (
            #"{"Env":null,"HostConfig":null,"Volumes":{"/a":null}}"#,
            #"{"Env":null,"HostConfig":null,"Volumes":{"/a":null}}"#
        ),
        (#"{"Labels":{"a":"1","A":"2","\u00e9\n\"\\":""}}"#, #"{"Labels":{"a":"1","A":"2","é\u000a\"\\":""}}"#),
        (#"{"Unknown":{"a":[1.5,{}]},"StopTimeout":-9223372036854775808}"#, #"{"StopTimeout":-9223372036854775808}"#),
        (#"{"ExposedPorts":{"80/tcp":{"x":1}}}"#, #"{"ExposedPorts":{"80/tcp":{}}}"#),
        (
            #"{"HostConfig":{"IOMaximumIOps":18446744073709551615}}"#,
            #"{"HostConfig":{"IOMaximumIOps":18446744073709551615}}"#
        ),
    ])
    func `what the daemon takes is forwarded in the API's own spelling`(_ sent: String, _ plain: String) throws {
        #expect(try forwarded(sent) == plain)
        #expect(try forwarded(plain) == plain)
    }

    @Test(arguments: [
        (#"{"HostConfig":{},"HostConfig":{}}"#, "HostConfig", 17),
        (#"{"HostConfig":{},"hostConfig":{}}"#, "HostConfig", 17),
        (#"{"HostConfig":{"Privileged":false, "privileged":true}}"#, "HostConfig.Privileged", 35),
        (#"{"Labels":{"a":"1","a":"2"}}"#, "Labels.a", 19),
        (#"{"HostConfig":{"Privileged":1}}"#, "HostConfig.Privileged", 15),
        (#"{"HostConfig":{"Privileged":"true"}}"#, "HostConfig.Privileged", 15),
        (#"{"HostConfig":[]}"#, "HostConfig", 1),
        (#"{"HostConfig":{"Binds":"/:/x"}}"#, "HostConfig.Binds", 15),
        (#"{"HostConfig":{"Binds":["a:b", 5]}}"#, "HostConfig.Binds[1]", 31),
        (#"{"HostConfig":{"Binds":["a:b",null]}}"#, "HostConfig.Binds[1]", 30),
        (#"{"HostConfig":{"Memory":1.0}}"#, "HostConfig.Memory", 15),
        (#"{"HostConfig":{"Memory":1e3}}"#, "HostConfig.Memory", 15),
        (#"{"HostConfig":{"Memory":9223372036854775808}}"#, "HostConfig.Memory", 15),
        (#"{"HostConfig":{"BlkioWeight":65536}}"#, "HostConfig.BlkioWeight", 15),
        (#"{"HostConfig":{"IOMaximumIOps":-1}}"#, "HostConfig.IOMaximumIOps", 15),
        (#"{"Labels":{"a":1}}"#, "Labels.a", 11),
        (#"{"Image":"a\u0000b"}"#, "Image", 1),
        (#"{"Labels":{"a\u0000":""}}"#, "Labels.a\u{fffd}", 11),
        (#"[{"Image":"a"}]"#, "body", 0),
        (#""a""#, "body", 0),
        (#"{"Image":"a","Privileged":true}"#, "Privileged", 13),
        (#"{"Image":"a","privileged":true,"HostConfig":{}}"#, "privileged", 13),
        (#"{"Image":"a","Binds":["/:/x"],"HostConfig":null}"#, "Binds", 13),
        (#"{"Image":"a","MaskedPaths":[]}"#, "MaskedPaths", 13),
        (#"{"Image":"a"}{"Image":"b"}"#, "body", 13),
        (#"{"Image":"a"}x"#, "body", 13),
        (#"{'Image':'a'}"#, "body", 1),
        (#"{"Image":"a",}"#, "body", 13),
        ("\u{feff}{}", "body", 0),
        (#"{"Image":"\ud800"}"#, "body", 10),
        (#"{"Memory":999999999999999999999999}"#, "body", 10),
        ("{\"Image\":\"a\nb\"}", "body", 11),
    ])
    func `what could be read in two ways is refused, with its place`(_ text: String, _ place: String, _ offset: Int) {
        let refusal = refusal(text)
        #expect(refusal?.status == 400)
        #expect(refusal?.place == place)
        #expect(refusal?.offset == offset)
    }

    @Test func `bytes that are no UTF-8 are refused, UTF-16 too`() {
        for bytes: [UInt8] in [
            Array(#"{"Image":""#.utf8) + [0xff] + Array(#""}"#.utf8), [0xff, 0xfe, 0x7b, 0, 0x7d, 0], [0x7b, 0, 0x7d],
            [0, 0x7b, 0, 0x7d], Array("{}".utf8) + [0], [0xed, 0xa0, 0x80],
        ] {
            #expect(throws: ReadingRefusal.self) { try CanonicalBody.read(bytes, as: .containerCreate) }
        }
    }

    @Test func `a refusal repeats nothing that a terminal would obey`() {
        let refusal = refusal("{\"Labels\":{\"\\u001b]0;x\\u0007\\u202e\":1}}")
        #expect(refusal?.place == "Labels.\u{fffd}]0;x\u{fffd}\u{fffd}")
        let long = self.refusal("{\"Labels\":{\"\(String(repeating: "a", count: 10_000))\":1}}")
        #expect((long?.place.count ?? 1_000) < 500)
    }

    @Test func `nesting without end is refused`() {
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(refusal(#"{"x":\#(deep)}"#)?.place == "body")
        #expect(refusal(String(repeating: "[", count: 1_000_000)) != nil)
    }

    @Test func `keys that the daemon does not know are dropped and named, but for those that say nothing`() throws {
        let body = try #require(
            try body(
                #"{"Image":"a","X":1,"HostConfig":{"Y":{},"Z":null,"Binds":[]},"Privileged":false,"Memory":0}"#
            )
        )
        #expect(body.dropped == ["X", "HostConfig.Y", "Privileged", "Memory"])
        #expect(body.value["HostConfig"]?["Binds"] == .array([]))
        #expect(body.value.members.map(\.name) == ["Image", "HostConfig"])
    }

    @Test(arguments: [
        (#"{"Runtime":"runc","Image":"a"}"#, #"{"Image":"a","HostConfig":{"Runtime":"runc"}}"#),
        (#"{"HostConfig":null,"runtime":"runc"}"#, #"{"HostConfig":{"Runtime":"runc"}}"#),
        (#"{"Runtime":"runc","HostConfig":{"Init":true}}"#, #"{"HostConfig":{"Init":true}}"#),
        (#"{"Runtime":"runc","HostConfig":{}}"#, #"{"HostConfig":{}}"#),
        (#"{"Runtime":null}"#, "{}"),
    ])
    func `a runtime beside the host's configuration counts where there is no other`(
        _ sent: String,
        _ plain: String
    ) throws {
        #expect(try forwarded(sent) == plain)
    }

    @Test func `a runtime written twice is refused, and nothing else comes beside the host's configuration`() {
        #expect(refusal(#"{"Runtime":"runc","runtime":"other"}"#)?.place == "runtime")
        #expect(refusal(#"{"Runtime":1}"#)?.place == "Runtime")
        #expect(refusal(#"{"Runtime":"runc","Privileged":true}"#)?.place == "Privileged")
    }

    @Test func `start takes a configuration before API 1.24 alone`() throws {
        let text = #"{"binds":["/:/x"]}"#
        #expect(try body(text, as: .containerStart, version: APIVersion(1, 23))?.value["Binds"]?.strings == ["/:/x"])
        #expect(
            try body(#"{"hostconfig":{"Privileged":true}}"#, as: .containerStart, version: APIVersion(1, 23))?.value
                == .object([CanonicalMember("Privileged", .boolean(true))])
        )
        #expect(
            refusal(#"{"HostConfig":{},"Privileged":true}"#, as: .containerStart, version: APIVersion(1, 12)) != nil
        )
        #expect(refusal(text, as: .containerStart, version: APIVersion(1, 24))?.status == 400)
        #expect(refusal(text, as: .containerStart)?.status == 400)
        #expect(try body("", as: .containerStart) == nil)
        #expect(try body("{}", as: .containerStart) == nil)
        #expect(try body("null", as: .containerStart, version: APIVersion(1, 41)) == nil)
    }

    @Test func `a body that is needed is missed`() throws {
        #expect(refusal("", as: .containerCreate)?.place == "body")
        #expect(refusal(" \n", as: .networkCreate)?.place == "body")
        #expect(try body("", as: .volumeCreate) == nil)
        #expect(try body("anything", as: .stream) == nil)
    }

    @Test func `a plugin's privileges are a list`() throws {
        #expect(
            try forwarded(#"[{"name":"network","VALUE":["host"]}]"#, as: .pluginPrivileges)
                == #"[{"Name":"network","Value":["host"]}]"#
        )
        #expect(refusal("{}", as: .pluginPrivileges) != nil)
    }

    @Test func `Podman's bodies keep what is not known`() throws {
        #expect(
            try forwarded(#"{"PRIVILEGED":true,"netns":{"NSMODE":"host"},"new":{"a":[1.5,true]}}"#, as: .specGenerator)
                == #"{"privileged":true,"netns":{"nsmode":"host"},"new":{"a":[1.5,true]}}"#
        )
        #expect(refusal(#"{"new":{"a":1,"A":2}}"#, as: .specGenerator)?.place == "new.A")
        #expect(refusal(#"{"my\#u{17f}elf":1}"#, as: .specGenerator) != nil)
    }

    @Test(arguments: DockerEndpoint.allCases)
    func `whatever deploys by JSON has a schema`(_ endpoint: DockerEndpoint) {
        if endpoint.onlyReads { #expect(endpoint.body == .none) }
        if endpoint.mayTunnel { #expect(endpoint.body == .tunnel || endpoint.body == .execStart) }
    }

    @Test(arguments: [
        (["application/json"], true), (["APPLICATION/JSON"], true), (["application/json;"], true),
        (["application/json; charset=utf-8"], true), (["application/json;a=b;c=\"d;e\""], true),
        (["application/json ; a = b"], false), (["application/json; a=b; a=c"], false), (["text/plain"], false),
        (["application/json, text/plain"], false), (["text/json"], false), ([], false), ([""], false),
        (["application/json", "application/json"], false), (["application/x-www-form-urlencoded"], false),
        (["multipart/form-data; boundary=x"], false), (["application/json; a"], false),
        (["application/json; a=\"b"], false),
    ])
    func `a JSON body has one content type of JSON`(_ values: [String], _ isTaken: Bool) {
        func takes(_ schema: BodySchema, isEmpty: Bool) -> Bool {
            (try? ContentTypeRules.check(values, of: schema, isEmpty: isEmpty)) != nil
        }
        #expect(takes(.containerCreate, isEmpty: false) == isTaken)
        #expect(takes(.serviceSpec, isEmpty: false) == isTaken)
        #expect(takes(.containerStart, isEmpty: true) == (values.count < 2))
    }

    @Test func `Podman's own API needs no content type, and takes no form`() throws {
        try ContentTypeRules.check([], of: DockerEndpoint.libpodContainerCreate, isEmpty: false)
        for (values, endpoint) in [
            ([], DockerEndpoint.containerCreate), (["text/plain"], .libpodContainerCreate),
            (["application/x-www-form-urlencoded"], .libpodContainerCreate),
        ] {
            #expect(throws: ReadingRefusal.self) {
                try ContentTypeRules.check(values, of: endpoint, isEmpty: false)
            }
        }
    }

    @Test(arguments: [
        ("application/x-tar", true), ("text/plain", true), ("application/x-www-form-urlencoded; x", false),
        ("Application/X-WWW-Form-urlencoded", false), ("multipart/mixed", false),
    ])
    func `a streamed body is no form`(_ value: String, _ isTaken: Bool) {
        #expect(((try? ContentTypeRules.checkStream([value])) != nil) == isTaken)
    }
}
