import Deployments
@testable import Dialects
import Testing

/// What a body spells in one text: read once, for records and for profiles.
@Suite struct DockerSpellingsTests {
    @Test(arguments: [
        ("/a:/b", BindSpecification.Source.path("/a"), "/b", false),
        ("/a:/b:rslave,ro", .path("/a"), "/b", true),
        ("data:/b:z", .volume("data"), "/b", false),
        ("./a:/b", .doubtful("./a"), "/b", false),
        ("~:/b", .doubtful("~"), "/b", false),
    ])
    func `a bind has a source, a target and options`(
        text: String,
        source: BindSpecification.Source,
        target: String,
        isReadOnly: Bool
    ) throws {
        let bind = try #require(BindSpecification(text))
        #expect(bind.source == source && bind.target == target && bind.isReadOnly == isReadOnly)
        #expect(BindSpecification("/anonymous") == nil)
    }

    @Test(arguments: [
        ("seccomp=unconfined", "seccomp", "unconfined"), ("seccomp:unconfined", "seccomp", "unconfined"),
        ("label=type:spc_t", "label", "type:spc_t"), ("label:type=spc_t", "label:type", "spc_t"),
        ("no-new-privileges", "no-new-privileges", nil),
    ])
    func `a security option is split at its first sign of equality, else at a colon`(
        text: String,
        name: String,
        value: String?
    ) {
        let option = SecurityOption(text)
        #expect(option.name == name && option.value == value)
    }

    @Test(arguments: [
        ([("type", "none"), ("o", "bind,ro"), ("device", "/etc")], ["/etc"], true),
        // Flags count, whatever the type says.
        ([("type", "tmpfs"), ("o", "rbind"), ("device", "/")], ["/"], false),
        ([("type", "nfs"), ("o", "addr=192.0.2.1"), ("device", ":/data")], [], false),
        ([("TYPE", "overlay"), ("o", "lowerdir=/a:/b,upperdir=/c")], ["/a", "/b", "/c"], false),
        ([("size", "1g")], [], false),
    ])
    func `a volume's options lead to the host or not`(
        options: [(name: String, value: String)],
        paths: [String],
        isReadOnly: Bool
    ) {
        let options = VolumeOptions(options)
        #expect(options.hostPaths.map(\.path) == paths)
        #expect(options.isReadOnly == isReadOnly)
    }

    @Test func `an image is named by its repository and its tag or digest`() {
        #expect(ImageQuery.reference("app", tag: nil) == "app")
        #expect(ImageQuery.reference("app", tag: "1") == "app:1")
        #expect(ImageQuery.reference("app", tag: "sha256:ab") == "app@sha256:ab")
        #expect(ImageQuery.reference("", tag: "1") == nil)
    }

    @Test func `a mode that joins a container names it`() {
        #expect(NamespaceMode.container(in: "container:web") == "web")
        #expect(NamespaceMode.container(in: "host") == nil)
    }
}
