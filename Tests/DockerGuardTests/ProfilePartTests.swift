import Judge
import Testing

@testable import DockerGuard

/// Each part of the strict profile: one request that it stops, the nearest one that passes, and what opens it.
@Suite struct ProfilePartTests {
    struct Case: CustomStringConvertible {
        var part: ProfilePart
        var method = "POST"
        var target = "/containers/create"
        var refused: String?
        var passing: String?
        /// Another target for the neighbour that passes; nil for the same.
        var passingTarget: String?
        /// What opens the part for the request that is refused.
        var opening: String
        var isInBaseline: Bool

        var description: String { "\(part.rawValue): \(refused ?? target)" }

        /// A create with that `HostConfig`.
        init(_ part: ProfilePart, host: String, passes: String, opening: String, baseline: Bool = true) {
            self.part = part
            refused = #"{"Image":"busybox","HostConfig":{\#(host)}}"#
            passing = #"{"Image":"busybox","HostConfig":{\#(passes)}}"#
            self.opening = opening
            isInBaseline = baseline
        }

        /// Any other request.
        init(
            _ part: ProfilePart,
            _ method: String,
            _ target: String,
            _ refused: String? = nil,
            passes: String? = nil,
            _ passing: String? = nil,
            opening: String = "true",
            baseline: Bool = true
        ) {
            self.part = part
            self.method = method
            self.target = target
            self.refused = refused
            self.passing = passing
            passingTarget = passes
            self.opening = opening
            isInBaseline = baseline
        }
    }

    static let containers: [Case] = [
        Case(.privileged, host: #""Privileged":true"#, passes: #""Privileged":false"#, opening: "true"),
        Case(.hostNamespaces, host: #""PidMode":"host""#, passes: #""PidMode":"""#, opening: "[pid]"),
        Case(
            .hostNamespaces,
            host: #""NetworkMode":"6a6a6a6a6a6a""#,
            passes: #""NetworkMode":"lan""#,
            opening: "[network]"
        ),
        Case(.hostNamespaces, host: #""UsernsMode":"host""#, passes: #""UsernsMode":"""#, opening: "[user]"),
        Case(.hostNamespaces, host: #""NetworkMode":"ns:/proc/1/ns/net""#, passes: "", opening: "[network]"),
        Case(
            .containerNamespaces,
            host: #""PidMode":"container:plain""#,
            passes: #""PidMode":"private""#,
            opening: "[pl*]",
            baseline: false
        ),
        Case(
            .capabilities,
            host: #""CapAdd":["cap_sys_ptrace"]"#,
            passes: #""CapAdd":["cap_net_raw","KILL"]"#,
            opening: "[SYS_PTRACE]"
        ),
        Case(.capabilities, host: #""CapAdd":"aLL""#, passes: #""CapDrop":"aLL""#, opening: "[ALL]"),
        Case(
            .securityOptions,
            host: #""SecurityOpt":["label:type:spc_t"]"#,
            passes: #""SecurityOpt":["no-new-privileges:true"]"#,
            opening: "['label:type:spc_t']"
        ),
        Case(.securityOptions, host: #""SecurityOpt":["disable"]"#, passes: "", opening: "[disable]"),
        Case(
            .securityOptions,
            host: #""SecurityOpt":["writable-cgroups=true"]"#,
            passes: #""SecurityOpt":["apparmor=docker-default"]"#,
            opening: "['writable-cgroups=true']"
        ),
        Case(
            .maskedPaths,
            host: #""ReadonlyPaths":["/proc/sys"]"#,
            passes: #""ReadonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger","/x"]"#,
            opening: "true"
        ),
        Case(
            .devices,
            host: #""Devices":[{"PathOnHost":"/dev/kvm"}]"#,
            passes: #""Devices":[]"#,
            opening: "[/dev/kvm]"
        ),
        Case(.deviceRules, host: #""DeviceCgroupRules":["c 10:* rw"]"#, passes: "", opening: "['c 10:* rw']"),
        Case(
            .deviceRequests,
            host: #""DeviceRequests":[{"Capabilities":[["gpu"]]}]"#,
            passes: #""DeviceRequests":null"#,
            opening: "[gpu]"
        ),
        Case(.binds, host: #""Binds":["/root//.ssh:/k:ro"]"#, passes: #""Binds":["cache:/k:ro"]"#, opening: "[/root]"),
        Case(
            .binds,
            host: #""Mounts":[{"Type":"bind","Source":"/var/run","Target":"/r"}]"#,
            passes: #""Mounts":[{"Type":"tmpfs","Target":"/r"}]"#,
            opening: "[/run]"
        ),
        Case(
            .volumeOptions,
            host: """
                "Mounts":[{"Type":"volume","Source":"v","Target":"/v","VolumeOptions":{"DriverConfig":
                {"Options":{"type":"tmpfs","device":"/srv","o":"size=1m,bind"}}}}]
                """,
            passes: #""Mounts":[{"Type":"volume","Source":"v","Target":"/v","VolumeOptions":{"NoCopy":true}}]"#,
            opening: "[bind]"
        ),
        Case(.volumeOptions, host: #""Binds":["hidden:/v"]"#, passes: #""Binds":["plain:/v"]"#, opening: "[bind]"),
        Case(
            .volumeDrivers,
            host: #""VolumeDriver":"sshfs","Binds":["v:/v"]"#,
            passes: #""VolumeDriver":"local","Binds":["v:/v"]"#,
            opening: "[sshfs]",
            baseline: false
        ),
        Case(.runtimes, host: #""Runtime":"kata""#, passes: #""Runtime":"runc""#, opening: "[kata]", baseline: false),
        Case(
            .cgroupParents,
            host: #""CgroupParent":"/user.slice""#,
            passes: #""CgroupParent":"""#,
            opening: "['/user.*']",
            baseline: false
        ),
        Case(
            .sysctls,
            host: #""Sysctls":{"net.ipv4.ip_forward":"1"}"#,
            passes: #""Sysctls":{"net.ipv4.tcp_syncookies":"1"}"#,
            opening: "['net.ipv4.*']"
        ),
        Case(
            .logDrivers,
            host: #""LogConfig":{"Type":"syslog","Config":{"syslog-address":"unix:///run/x.sock"}}"#,
            passes: #""LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}}"#,
            opening: "[syslog]",
            baseline: false
        ),
        Case(
            .logDrivers,
            host: #""LogConfig":{"Config":{"gelf-address":"udp://192.0.2.1:1"}}"#,
            passes: #""LogConfig":{"Config":{"tag":"x"}}"#,
            opening: "[default]",
            baseline: false
        ),
        Case(
            .networkDrivers,
            host: #""NetworkMode":"wire""#,
            passes: #""NetworkMode":"lan""#,
            opening: "[macvlan]",
            baseline: false
        ),
    ]

    static let others: [Case] = [
        Case(
            .hostNamespaces,
            "POST",
            "/containers/create",
            #"{"HostConfig":{},"NetworkingConfig":{"EndpointsConfig":{"lan":{"NetworkID":"6a6a"}}}}"#,
            #"{"HostConfig":{},"NetworkingConfig":{"EndpointsConfig":{"lan":{"Aliases":["host"]}}}}"#,
            opening: "[network]"
        ),
        Case(
            .networkDrivers,
            "POST",
            "/networks/create",
            #"{"Name":"x","Driver":"macvlan"}"#,
            #"{"Name":"x","Driver":"bridge"}"#,
            opening: "[macvlan]",
            baseline: false
        ),
        Case(
            .networkOptions,
            "POST",
            "/networks/create",
            #"{"Name":"x","Options":{"com.docker.network.bridge.name":"docker0"}}"#,
            #"{"Name":"x","Options":{"com.docker.network.driver.mtu":"1400"}}"#,
            opening: "['*.bridge.name']",
            baseline: false
        ),
        Case(
            .volumeOptions,
            "POST",
            "/volumes/create",
            #"{"Name":"x","DriverOpts":{"type":"ext4","device":"/dev/vda1"}}"#,
            #"{"Name":"x","DriverOpts":{"size":"1g"}}"#,
            opening: "[ext4]"
        ),
        Case(.plugins, "POST", "/plugins/x/enable", passes: "/containers/plain/stop"),
        Case(.swarm, "POST", "/swarm/unlock", #"{"UnlockKey":"k"}"#, passes: "/containers/plain/stop"),
        Case(.swarm, "GET", "/swarm", passes: "/nodes"),
        Case(.sessions, "POST", "/session", passes: "/containers/plain/stop", baseline: false),
        Case(.sessions, "POST", "/build?version=2", passes: "/build?version=1", baseline: false),
        Case(.debug, "GET", "/debug/pprof/heap", passes: "/info"),
        Case(.attachWebSocket, "GET", "/containers/plain/attach/ws", passes: "/containers/plain/logs", baseline: false),
        Case(.startConfiguration, "POST", "/v1.20/containers/plain/start", #"{"Memory":1}"#, ""),
        Case(.checkpoints, "POST", "/containers/plain/start?checkpoint=c", passes: "/containers/plain/start"),
        Case(.buildNetworks, "POST", "/build?networkmode=host", passes: "/build?networkmode=lan", opening: "[host]"),
        Case(
            .buildContexts,
            "POST",
            "/build?remote=https://git.example/x.git",
            passes: "/build?remote=",
            opening: "['https://git.example/*']",
            baseline: false
        ),
        Case(.buildOptions, "POST", "/build?cgroupparent=/", passes: "/build?memory=1", opening: "[cgroupparent]"),
        Case(
            .images,
            "POST",
            "/images/create?fromImage=registry.example/app&tag=1",
            passes: "/images/create?fromImage=acme/app&tag=1",
            opening: "[registry.example]",
            baseline: false
        ),
        Case(.imageLoads, "POST", "/images/load", passes: "/images/prune", baseline: false),
        Case(.imageLoads, "POST", "/images/create?fromSrc=-&repo=new", passes: "/images/prune", baseline: false),
        Case(
            .imageNames,
            "POST",
            "/images/other/tag?repo=docker.io/library/busybox&tag=x",
            passes: "/images/busybox/tag?repo=mine&tag=x",
            opening: "[busybox]",
            baseline: false
        ),
        Case(
            .imageNames,
            "POST",
            "/build?t=mine&t=busybox:1",
            passes: "/build?t=mine",
            opening: "[busy*]",
            baseline: false
        ),
        Case(
            .podman,
            "POST",
            "/v5.0.0/libpod/containers/create",
            #"{"image":"busybox","env_host":true}"#,
            #"{"image":"busybox"}"#,
            opening: "[env_host]"
        ),
        Case(.privileged, "POST", "/containers/plain/exec", #"{"Privileged":true}"#, #"{"Privileged":false}"#),
        Case(.privileged, "POST", "/exec/strong/start", "{}", passes: "/exec/weak/start", "{}"),
        Case(
            .binds,
            "PUT",
            "/containers/mounting/archive?path=/x",
            passes: "/containers/plain/archive?path=/x",
            opening: "[/etc]"
        ),
        Case(.binds, "POST", "/containers/mounting/restart", passes: "/containers/plain/restart", opening: "[/etc]"),
        Case(
            .binds,
            "POST",
            "/services/create",
            #"{"Name":"s","TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"bind","Source":"/etc","Target":"/e"}]}}}"#,
            #"{"Name":"s","TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"volume","Source":"v","Target":"/e"}]}}}"#,
            opening: "[/etc]"
        ),
    ]

    @Test(arguments: containers + others)
    func `a part stops what it is about, lets its neighbour pass, and is opened by its name`(_ item: Case) async throws
    {
        let strict = try GuardUnderTest(daemon: Self.daemon)
        let fate = await strict.fate(item.method, item.target, item.refused)
        #expect(fate.isRefused)
        #expect(strict.decisions.verdicts.last?.violations.map(\.part) == [item.part.rawValue])

        let passing = item.passing == "" ? nil : item.passing
        let target = item.passingTarget ?? item.target
        #expect(await strict.fate(item.method, target, passing) == .passes)

        let opened = try GuardUnderTest(
            policy: GuardUnderTest.policy("allow: {\(item.part.rawValue): \(item.opening)}"),
            daemon: Self.daemon
        )
        #expect(await opened.fate(item.method, item.target, item.refused) == .passes)

        let baseline = try GuardUnderTest(policy: GuardUnderTest.policy("profile: baseline"), daemon: Self.daemon)
        #expect(await baseline.fate(item.method, item.target, item.refused).isRefused == item.isInBaseline)
    }

    @Test func `every part has a case`() {
        let covered = Set((Self.containers + Self.others).map(\.part))
        #expect(Set(ProfilePart.allCases).subtracting(covered).isEmpty)
    }

    static var daemon: FakeDaemon {
        var daemon = FakeDaemon()
        daemon.networks["lan"] = "bridge"
        daemon.networks["wire"] = "macvlan"
        daemon.containers["plain"] = FakeDaemon.inspection("plain")
        daemon.containers["mounting"] = FakeDaemon.inspection("mounting", host: #""Binds":["/etc:/e"]"#)
        daemon.volumes["plain"] = #"{"Name":"plain","Driver":"local","Options":{}}"#
        daemon.volumes["hidden"] = #"{"Name":"hidden","Driver":"local","Options":{"o":"bind","device":"/srv"}}"#
        daemon.execs["strong"] = #"{"ContainerID":"plain","ProcessConfig":{"privileged":true}}"#
        daemon.execs["weak"] = #"{"ContainerID":"plain","ProcessConfig":{"privileged":false}}"#
        daemon.images = ["busybox"]
        return daemon
    }
}
