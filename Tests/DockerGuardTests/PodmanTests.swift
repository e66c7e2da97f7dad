import Foundation
import Judge
import Testing

@testable import DockerGuard

/// What Podman's own API asks for, held against the profile.
@Suite struct PodmanTests {
    static let create = "/v4.3.1/libpod/containers/create"

    struct Case: CustomStringConvertible {
        var part: String
        var place: String
        var spec: String
        var isInBaseline = true

        var description: String { "\(part): \(spec)" }

        init(_ part: String, _ place: String, _ spec: String, baseline: Bool = true) {
            (self.part, self.place, self.spec, isInBaseline) = (part, place, spec, baseline)
        }
    }

    static let dangerous = [
        Case("privileged", "privileged", #""privileged":true"#),
        Case("privileged", "privileged", #""PRIVILEGED":true"#),
        Case("host-namespaces", "pidns", #""pidns":{"nsmode":"host"}"#),
        Case("host-namespaces", "netns", #""netns":{"nsmode":"host"}"#),
        Case("host-namespaces", "ipcns", #""IpcNS":{"NSMode":"host"}"#),
        Case("host-namespaces", "utsns", #""utsns":{"nsmode":"host"}"#),
        Case("host-namespaces", "userns", #""userns":{"nsmode":"host"}"#),
        Case("host-namespaces", "cgroupns", #""cgroupns":{"nsmode":"path","value":"/proc/1/ns/cgroup"}"#),
        Case("host-namespaces", "pidns", #""pidns":{"nsmode":"pod"}"#),
        Case("host-namespaces", "netns", #""netns":{"nsmode":"slirp4netns","value":"allow_host_loopback=true"}"#),
        Case(
            "host-namespaces",
            "network_options.slirp4netns",
            #""network_options":{"slirp4netns":["mtu=1500","allow_host_loopback=true"]}"#
        ),
        Case("host-namespaces", "Networks.host", #""networks":{"host":{}}"#),
        Case(
            "container-namespaces",
            "pidns",
            #""pidns":{"nsmode":"container","value":"plain"}"#,
            baseline: false
        ),
        Case("capabilities", "cap_add[1]", #""cap_add":["CAP_KILL","sys_admin"]"#),
        Case("security-options", "seccomp_profile_path", #""seccomp_profile_path":"unconfined""#),
        Case("security-options", "seccomp_policy", #""seccomp_policy":"image""#),
        Case("security-options", "apparmor_profile", #""apparmor_profile":"unconfined""#),
        Case("security-options", "selinux_opts[0]", #""selinux_opts":["disable"]"#),
        Case("security-options", "label_nested", #""label_nested":true"#),
        Case("security-options", "unmask[0]", #""unmask":["/proc/*"]"#),
        Case("security-options", "procfs_opts[0]", #""procfs_opts":["rw"]"#),
        Case("devices", "devices[0].path", #""devices":[{"path":"/dev/sda:/dev/x:r"}]"#),
        Case("devices", "host_device_list[0].path", #""host_device_list":[{"path":"/dev/kvm"}]"#),
        Case("devices", "devices_from", #""devices_from":["plain"]"#),
        Case("device-requests", "devices[0].path", #""devices":[{"path":"nvidia.com/gpu=all"}]"#),
        Case("device-requests", "gpus[0]", #""gpus":["all"]"#),
        Case(
            "device-rules",
            "device_cgroup_rule[0]",
            #""device_cgroup_rule":[{"allow":true,"type":"b","major":8,"minor":0,"access":"rwm"}]"#
        ),
        Case(
            "device-rules",
            "resource_limits.devices[0]",
            #""resource_limits":{"devices":[{"allow":true,"access":"rwm"}]}"#
        ),
        Case("binds", "mounts[0]", #""mounts":[{"destination":"/h","type":"bind","source":"/"}]"#),
        Case(
            "binds",
            "mounts[1]",
            #""mounts":[{"destination":"/t","type":"tmpfs"},{"destination":"/h","type":"tmpfs","source":"/etc","options":["rbind"]}]"#
        ),
        Case("binds", "mounts[0]", #""mounts":[{"destination":"/h","type":"glob","source":"/*"}]"#, baseline: false),
        Case("binds", "volumes[0]", #""volumes":[{"name":"/","dest":"/h"}]"#),
        Case("binds", "overlay_volumes[0]", #""overlay_volumes":[{"destination":"/h","source":"/etc"}]"#),
        Case(
            "binds",
            "overlay_volumes[0].options",
            #""overlay_volumes":[{"destination":"/h","source":"/srv/x","options":["upperdir=/etc"]}]"#
        ),
        Case("binds", "rootfs", #""rootfs":"/""#),
        Case("binds", "log_configuration.path", #""log_configuration":{"path":"/etc/cron.d/x"}"#),
        Case("binds", "conmon_pid_file", #""conmon_pid_file":"/etc/cron.d/x""#),
        Case("binds", "init_path", #""init":true,"init_path":"/etc/shadow""#),
        Case("binds", "base_hosts_file", #""base_hosts_file":"/etc/shadow""#),
        Case("binds", "healthLogDestination", #""healthLogDestination":"/etc""#),
        Case("binds", "container bound: HostConfig.Binds[0]", #""volumes_from":["bound:ro"]"#),
        Case("volume-options", "mounts[0]", #""mounts":[{"destination":"/h","type":"proc","source":"proc"}]"#),
        Case("volume-options", "mounts[0]", #""mounts":[{"destination":"/h","type":"ext4","source":"/dev/sda1"}]"#),
        Case("runtimes", "oci_runtime", #""oci_runtime":"kata""#, baseline: false),
        Case("podman", "oci_runtime", #""oci_runtime":"/srv/x""#),
        Case("cgroup-parents", "cgroup_parent", #""cgroup_parent":"/x""#, baseline: false),
        Case("cgroup-parents", "cgroups_mode", #""cgroups_mode":"disabled""#, baseline: false),
        Case("cgroup-parents", "unified.memory.max", #""unified":{"memory.max":"max"}"#, baseline: false),
        Case("sysctls", "sysctl.kernel.core_pattern", #""sysctl":{"kernel.core_pattern":"|/x"}"#),
        Case("log-drivers", "log_configuration.driver", #""log_configuration":{"driver":"syslog"}"#, baseline: false),
        Case("image-loads", "rootfs", #""rootfs":"/srv/x""#, baseline: false),
        Case("podman", "annotations.run.oci.hooks.stdout", #""annotations":{"run.oci.hooks.stdout":"/etc/x"}"#),
        Case("podman", "annotations.anything", #""annotations":{"anything":"1"}"#, baseline: false),
        Case("podman", "env_host", #""env_host":true"#),
        Case("podman", "timezone", #""timezone":"../../../etc/shadow""#),
        Case("podman", "rootfs_propagation", #""rootfs_propagation":"rshared""#),
        Case("podman", "storage_opts.x", #""storage_opts":{"x":"y"}"#),
        Case("podman", "hooks_dir", #""hooks_dir":["/srv"]"#),
        Case("podman", "mounts[0].recAttr", #""mounts":[{"destination":"/t","type":"tmpfs","recAttr":1}]"#),
    ]

    private static let daemon = FakeDaemon(containers: [
        "plain": FakeDaemon.inspection("plain"), "bound": FakeDaemon.inspection("bound", host: #""Binds":["/:/h"]"#),
    ])

    @Test(arguments: dangerous)
    func `what a SpecGenerator asks for is refused by the part that the same of Docker's is`(wanted: Case) async throws
    {
        let body = #"{"image":"busybox",\#(wanted.spec)}"#
        for profile in ["strict", "baseline"] {
            let tested = try GuardUnderTest(
                policy: GuardUnderTest.policy("profile: \(profile)"),
                daemon: Self.daemon
            )
            let fate = await tested.fate("POST", Self.create, body)
            let parts = tested.decisions.verdicts.flatMap(\.violations).map { "\($0.part) \($0.place)" }
            if profile == "strict" || wanted.isInBaseline {
                #expect(fate.isRefused)
                #expect(parts.contains { $0.hasPrefix("\(wanted.part) ") && $0.contains(wanted.place) }, "\(parts)")
            } else {
                #expect(fate == .passes, "\(parts)")
            }
        }
        let none = try GuardUnderTest(policy: GuardUnderTest.policy("profile: none"), daemon: Self.daemon)
        #expect(await none.fate("POST", Self.create, body) == .passes)
    }

    /// What `podman --remote run -d -v v:/v --tmpfs /t -p 8080:80 busybox sleep 9` of Podman 4.3.1 sends.
    static let ordinary = #"""
        {"command":["sleep","9"],"httpproxy":true,"annotations":{"io.kubernetes.cri-o.TTY":"false"},"stop_timeout":10,
        "log_configuration":{},"raw_image_name":"busybox","systemd":"true","sdnotifyMode":"container","pidns":{},
        "utsns":{},"init_container_type":"","manage_password":true,"image":"busybox","image_volume_mode":"anonymous",
        "mounts":[{"destination":"/t","type":"tmpfs","source":"tmpfs"}],
        "volumes":[{"Name":"v","Dest":"/v","Options":null,"IsAnonymous":false}],"ipcns":{},"seccomp_policy":"default",
        "userns":{},"idmappings":{"HostUIDMapping":true,"HostGIDMapping":true,"UIDMap":null,"GIDMap":null,
        "AutoUserNs":false,"AutoUserNsOpts":{"Size":0,"InitialSize":0,"PasswdFile":"","GroupFile":"",
        "AdditionalUIDMappings":null,"AdditionalGIDMappings":null}},"umask":"0022","cgroupns":{},
        "cgroups_mode":"enabled","netns":{"nsmode":"bridge"},"Networks":{"default":{"interface_name":""}},
        "portmappings":[{"host_ip":"","container_port":80,"host_port":8080,"range":1,"protocol":""}],
        "use_image_hosts":false,"resource_limits":{"memory":{"limit":67108864}},
        "r_limits":[{"type":"nofile","hard":-1,"soft":100}],"healthLogDestination":"local","healthMaxLogCount":5}
        """#

    @Test func `an ordinary container of Podman's client passes the strict profile`() async throws {
        let tested = try GuardUnderTest()
        #expect(await tested.fate("POST", Self.create, Self.ordinary) == .passes)
    }

    @Test(
        arguments: [
            ("POST", "/libpod/pods/create", #"{"name":"p","pidns":{"nsmode":"host"}}"#, "host-namespaces (pidns)"),
            ("POST", "/libpod/pods/create", #"{"name":"p","pod_devices":["/dev/sda"]}"#, "devices (pod_devices[0])"),
            (
                "POST", "/libpod/pods/create", #"{"security_opt":["label=disable"]}"#,
                "security-options (security_opt[0])"
            ),
            ("POST", "/libpod/pods/create", #"{"privileged":true}"#, "podman (privileged)"),
            (
                "POST", "/libpod/volumes/create", #"{"Name":"v","Options":{"o":"bind","device":"/"}}"#,
                "volume-options (Options)"
            ),
            ("POST", "/libpod/networks/create", #"{"name":"n","driver":"macvlan"}"#, "network-drivers (driver)"),
            (
                "POST", "/libpod/networks/create", #"{"name":"n","network_interface":"eth0"}"#,
                "network-options (network_interface)"
            ),
            ("POST", "/libpod/build?volume=%2F:%2Fh", nil, "build-options (query volume)"),
            ("POST", "/libpod/build?addcaps=%5B%22ALL%22%5D", nil, "build-options (query addcaps)"),
            (
                "POST", "/libpod/build?nsoptions=%5B%7B%22Name%22:%22pid%22,%22Host%22:true%7D%5D", nil,
                "build-options (query nsoptions)"
            ),
            ("POST", "/build?volume=%2F:%2Fh", nil, "build-options (query volume)"),
            ("POST", "/libpod/images/pull?reference=quay.io/x/y", nil, "images (query reference)"),
            (
                "POST", "/containers/create", #"{"HostConfig":{"LogConfig":{"Config":{"path":"/etc/cron.d/x"}}}}"#,
                "binds (HostConfig.LogConfig.Config.path)"
            ),
            ("POST", "/libpod/kube/play", nil, "podman (target)"),
            (
                "POST", "/containers/create",
                #"{"HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/h,type=bind,source=/"}]}}"#,
                "binds (HostConfig.Mounts[0])"
            ),
        ] as [(String, String, String?, String)]
    )
    func `what else deploys by Podman's API is held against the profile`(
        method: String,
        target: String,
        body: String?,
        reason: String
    ) async throws {
        let tested = try GuardUnderTest()
        guard case .refused(403, let text) = await tested.fate(method, target, body) else {
            Issue.record("\(target) passes")
            return
        }
        #expect(text.contains("refused by \(reason)"), "\(text)")
    }

    @Test func `a policy opens a key or a route of Podman's by its name`() async throws {
        let policy = try GuardUnderTest.policy("allow: {podman: [env_host, 'annotations.acme.*']}")
        let tested = try GuardUnderTest(policy: policy)
        let body = #"{"image":"x","env_host":true,"annotations":{"acme.team":"a"}}"#
        #expect(await tested.fate("POST", Self.create, body) == .passes)
        #expect(await tested.fate("POST", Self.create, #"{"image":"x","hooks_dir":["/srv"]}"#).isRefused)
    }

    // MARK: What is there

    static let id = String(repeating: "c0", count: 32)

    /// A container as Podman 4.3.1 shows it on both routes, shortened.
    private static func podman(_ settings: String = "", _ own: String = "", annotations: String = "") -> FakeDaemon {
        let storage = "/var/lib/containers/storage/overlay-containers/\(id)/userdata"
        let host =
            #""Runtime":"oci","MaskedPaths":null,"ReadonlyPaths":null,"IpcMode":"shareable""# + settings
            + #","UTSMode":"private","CgroupnsMode":"","NetworkMode":"bridge""#
        let inspection = #"""
            {"Id":"\#(id)","Name":"c","OCIRuntime":"crun","Driver":"overlay","StaticDir":"\#(storage)","Rootfs":"",
            "BoundingCaps":["CAP_CHOWN","CAP_KILL"],"Config":{"Annotations":{\#(annotations)}},
            "HostConfig":{"CgroupMode":"private","LogConfig":{"Type":"k8s-file","Path":"\#(storage)/ctr.log"}},
            "Mounts":[{"Type":"bind","Source":"\#(storage)/overlay/1/merge","Destination":"/i",
            "Options":["lowerdir=/var/lib/containers/storage/overlay/1/diff"]}]\#(own)}
            """#
        return FakeDaemon(
            containers: ["c": FakeDaemon.inspection("c", host: host)],
            libpod: [id: inspection],
            information: #"{"DefaultRuntime":"crun","LoggingDriver":"","CgroupVersion":"2"}"#
        )
    }

    @Test(arguments: ["/containers/c/start", "/libpod/containers/c/start", "/libpod/containers/c/restart"])
    func `an ordinary container that Podman made is started under the strict profile`(target: String) async throws {
        let tested = try GuardUnderTest(daemon: Self.podman())
        #expect(await tested.fate("POST", target) == .passes, "\(tested.decisions.verdicts.flatMap(\.violations))")
    }

    @Test(arguments: [
        (#","Privileged":true"#, "", "", "privileged"), (#","PidMode":"host""#, "", "", "host-namespaces"),
        ("", #","BoundingCaps":["CAP_SYS_ADMIN"]"#, "", "capabilities"),
        ("", "", #""io.podman.annotations.seccomp":"unconfined""#, "security-options"),
        (
            "", #","Config":{"CreateCommand":["podman","run","--ipc","host","x"]}"#, "", "host-namespaces"
        ),
        (
            "", #","Config":{"CreateCommand":["podman","run","--security-opt","unmask=ALL","x"]}"#, "",
            "security-options"
        ),
        ("", #","Mounts":[{"Type":"bind","Source":"/etc","Destination":"/h"}]"#, "", "binds"),
        (
            "",
            #","Mounts":[{"Type":"bind","Source":"/var/lib/containers/storage/overlay-containers/\#(id)/userdata/o/merge","#
                + #""Options":["lowerdir=/etc"]}]"#, "", "binds"
        ),
        ("", #","Rootfs":"/""#, "", "binds"),
    ])
    func `a dangerous container that Podman made is neither started nor entered`(
        settings: String,
        own: String,
        annotations: String,
        part: String
    ) async throws {
        var daemon = Self.podman(settings, "", annotations: annotations)
        if let name = own.split(separator: "\"").dropFirst().first, let text = daemon.libpod[Self.id] {
            // A key stands once.
            let kept = try #require(Self.removing(String(name), from: text))
            daemon.libpod[Self.id] = String(kept.dropLast()) + own + "}"
        }
        for target in ["/libpod/containers/c/start", "/libpod/containers/c/attach"] {
            let tested = try GuardUnderTest(policy: GuardUnderTest.policy("profile: baseline"), daemon: daemon)
            let fate = await tested.fate("POST", target)
            #expect(fate.isRefused)
            #expect(tested.decisions.verdicts.flatMap(\.violations).map(\.part).contains(part))
        }
    }

    private static func removing(_ name: String, from json: String) -> String? {
        guard var object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            return nil
        }
        object[name] = nil
        return (try? JSONSerialization.data(withJSONObject: object)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a container joins a pod's namespaces as it would another container's, and what the pod has`()
        async throws
    {
        var daemon = Self.podman()
        daemon.containers[Self.id] = daemon.containers["c"]
        daemon.libpod["p"] = #"""
            {"Id":"p","InfraContainerID":"\#(Self.id)","SharedNamespaces":["ipc","net"],
            "Containers":[{"Id":"\#(Self.id)"}]}
            """#
        let body = #"{"image":"busybox","pod":"p"}"#
        #expect(await (try GuardUnderTest(daemon: daemon)).fate("POST", Self.create, body).isRefused)
        let opened = try GuardUnderTest.policy("allow: {container-namespaces: [c]}")
        #expect(await (try GuardUnderTest(policy: opened, daemon: daemon)).fate("POST", Self.create, body) == .passes)
        daemon.libpod[Self.id] = daemon.libpod[Self.id]?.replacing(#""Rootfs":"""#, with: #""Rootfs":"/""#)
        for (target, body) in [(Self.create, body), ("/libpod/pods/p/start", nil)] as [(String, String?)] {
            #expect(await (try GuardUnderTest(policy: opened, daemon: daemon)).fate("POST", target, body).isRefused)
        }
    }
}
