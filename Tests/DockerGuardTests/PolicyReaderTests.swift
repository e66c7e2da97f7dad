import Dialects
import Judge
import Sigma
import Testing

@testable import DockerGuard

@Suite struct PolicyReaderTests {
    @Test func `an empty file is the strict profile with nothing opened`() throws {
        let empty = try GuardUnderTest.policy("")
        #expect(empty == GuardPolicy())
        #expect(GuardPolicy().otherwise?.profile == .strict)
        #expect(GuardPolicy().otherwise?.refuseAt == .high)
    }

    @Test func `every part is opened by its name`() throws {
        for part in ProfilePart.allCases {
            let policy = try GuardUnderTest.policy("allow: {\(part.rawValue): true}")
            #expect(policy.otherwise?.allowances.openings == [part: .wholly])
        }
    }

    @Test func `everything that a policy says is read`() throws {
        let policy = try GuardUnderTest.policy(
            """
            profile: baseline
            refuse-at: medium
            rules: [/etc/tidewaiter/rules]
            built-in-rules: false
            exceptions: /etc/tidewaiter/exceptions
            allow:
              binds: [/srv/data]
              capabilities: [net_admin]
              sessions: true
            images:
              allow: [ghcr.io/acme/*]
              refuse: [ghcr.io/acme/old]
              digest: true
              forbidden-tags: [latest]
            limits: {body: 2MiB}
            on-failure: {reads: refuse}
            clients:
              - name: ci
                match: {common-name: ci, uid: 1000, gid: 998, container: runner*, listener: 'tcp:*', subject: 'CN=*'}
                profile: none
                read-only: true
                routes: {CONTAINERS: 1, POST: 1}
                containers: {names: ['ci-*'], labels: [team=ci]}
                allow: {plugins: true}
            default: refuse
            """
        )
        #expect(policy.otherwise == nil)
        #expect(policy.rulePaths == ["/etc/tidewaiter/rules"])
        #expect(policy.exceptionPaths == ["/etc/tidewaiter/exceptions"])
        #expect(!policy.usesBuiltInRules)
        #expect(policy.bodyLimit == 2 << 20)
        #expect(!policy.passesReadsOnFailure)
        var images = ImagePolicy()
        images.allowed = ["ghcr.io/acme/*"]
        images.refused = ["ghcr.io/acme/old"]
        images.requiresDigest = true
        images.forbiddenTags = ["latest"]
        #expect(policy.images == images)
        var allowances = Allowances()
        allowances.open(.binds, for: ["/srv/data"])
        allowances.open(.capabilities, for: ["net_admin"])
        allowances.open(.sessions)
        allowances.open(.plugins)
        var match = ClientMatch()
        match.commonName = "ci"
        match.userID = 1000
        match.groupID = 998
        match.container = "runner*"
        match.listener = "tcp:*"
        match.subject = "CN=*"
        let terms = Terms(
            name: "ci",
            profile: .none,
            allowances: allowances,
            refuseAt: .medium,
            routes: RouteAccess(groups: [.containers, .events, .ping, .version], mayWrite: false),
            containers: ContainerScope(names: ["ci-*"], labels: ["team=ci"])
        )
        #expect(policy.clients == [ClientPolicy(match: match, terms: terms)])
    }

    @Test(arguments: [
        ("profil: strict", "1:1", "'profil' is no key here"),
        ("profile: lax", "1:10", "'lax' is no profile"),
        ("allow:\n  bind: [/srv]", "2:3", "'bind' is no key here"),
        ("allow: {binds: [srv]}", "1:16", "'srv' is no absolute path"),
        ("allow: {sessions: [x]}", "1:19", "'sessions' is opened whole or not at all"),
        ("allow: {host-namespaces: [mnt]}", "1:26", "'mnt' is no namespace"),
        ("allow: {capabilities: ['']}", "1:23", "'capabilities' has an empty value, which opens nothing"),
        ("limits: {body: 3}", "1:16", "'body' is no size between 1 KiB and 256 MiB"),
        ("on-failure: {reads: perhaps}", "1:14", "'on-failure' is '{reads: pass}' or '{reads: refuse}'"),
        ("clients: [{read-only: true}]", "1:11", "the client has no 'match'"),
        ("clients: [{match: {}}]", "1:19", "'match' says nothing, so that it would hold for everybody"),
        ("clients: [{match: {uid: root}}]", "1:25", "'uid' is a number"),
        ("clients: [{match: {uid: 1}, routes: {CONTAINER: 1}}]", "1:38", "'CONTAINER' is no key here"),
        ("default: {read-only: maybe}", "1:22", "'read-only' is true or false, or 1 or 0"),
        ("a: 1\na: 2", "1:1", "the key 'a' stands twice in one map"),
        ("[strict]", "1:1", "a policy is a map"),
        ("profile: strict\n---\nprofile: none", "3:1", "a policy is one document"),
    ])
    func `a mistake is told with its place`(yaml: String, place: String, message: String) {
        let (policy, diagnostics) = GuardPolicy.read(yaml, file: "p.yml")
        #expect(policy == nil)
        #expect(diagnostics.first.map { "\($0.place)" } == "p.yml:\(place)")
        #expect(diagnostics.first?.message == message)
    }
}

@Suite struct RouteAccessTests {
    @Test func `nothing set opens what docker-socket-proxy opens`() {
        #expect(RouteAccess.defaults.allows(.ping))
        #expect(RouteAccess.defaults.allows(.version))
        #expect(RouteAccess.defaults.allows(.events))
        #expect(!RouteAccess.defaults.allows(.containerList))
        #expect(!RouteAccess.defaults.allows(.info))
    }

    @Test func `a group opens reads, POST opens the rest of it`() {
        var access = RouteAccess.defaults
        _ = access.set("CONTAINERS", true)
        #expect(access.allows(.containerList))
        #expect(access.allows(.containerArchiveGet))
        #expect(!access.allows(.containerCreate))
        #expect(!access.allows(.containerDelete))
        #expect(!access.allows(.containerAttachWebSocket), "a GET that carries standard input is no read")
        _ = access.set("POST", true)
        #expect(access.allows(.containerCreate))
        #expect(access.allows(.containerDelete))
        #expect(!access.allows(.imageCreate))
    }

    @Test func `ALLOW_START opens start alone, and ALLOW_RESTARTS stop, restart and kill`() {
        var access = RouteAccess.defaults
        _ = access.set("ALLOW_START", true)
        #expect(access.allows(.containerStart))
        #expect(!access.allows(.containerStop))
        _ = access.set("ALLOW_RESTARTS", true)
        #expect(access.allows(.containerStop) && access.allows(.containerRestart) && access.allows(.containerKill))
        #expect(!access.allows(.containerCreate))
    }

    @Test func `an unknown variable is told`() {
        var access = RouteAccess.defaults
        let isKnown = access.set("ALLOW_EVERYTHING", true)
        #expect(!isKnown)
    }
}
