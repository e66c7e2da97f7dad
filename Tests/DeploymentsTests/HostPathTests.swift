import Testing

@testable import Deployments

/// The home directory of the superuser.
let rootHome = "/root"

@Suite struct HostPathTests {
    @Test(arguments: [
        ("/", "/"), ("//", "/"), ("/.", "/"), ("/..", "/"), ("/etc/", "/etc"), ("//etc//cron.d/", "/etc/cron.d"),
        ("/var/../", "/"), ("/host/../etc", "/etc"), ("/a/./b", "/a/b"), ("/a/../../b", "/b"),
        ("/var/run", "/run"), ("/var/run/docker.sock", "/run/docker.sock"), ("/var/runner", "/var/runner"),
        ("/var/lock/x", "/run/lock/x"), ("/proc/1/root", "/"), ("/proc/1/root/etc/shadow", "/etc/shadow"),
        ("/proc/self/root//../var/run", "/run"), ("/proc/4242/cwd", "/"), ("/proc/1/task/1/root/etc", "/etc"),
        ("/proc/sys/kernel", "/proc/sys/kernel"), ("/...", "/..."), ("/.hidden", "/.hidden"),
        ("C:\\data", "C:\\data"), ("relative/../x", "relative/../x"), ("", ""),
    ])
    func `a path is cleaned to what it means`(text: String, path: String) {
        #expect(HostPath(text).path == path)
    }

    @Test func `a path holds what lies below it and nothing beside it`() {
        #expect(HostPath("/").contains(HostPath("/etc")))
        #expect(HostPath("/etc").contains(HostPath("/etc")))
        #expect(HostPath("/etc").contains(HostPath("/etc/cron.d")))
        #expect(!HostPath("/etc").contains(HostPath("/etcetera")))
        #expect(!HostPath("/etc/cron.d").contains(HostPath("/etc")))
    }

    @Test func `a path below a mount never leaves it`() {
        #expect(HostPath("/srv").appending("../../etc").path == "/srv/etc")
        #expect(HostPath("/").appending("etc").path == "/etc")
        #expect(HostPath("/srv").appending("").path == "/srv")
    }

    @Test(arguments: [
        ("/run/docker.sock", ["runtime-socket"]),
        ("/var/run", ["runtime-socket", "services"]),
        ("/etc/shadow", ["accounts"]),
        ("/etc/kubernetes/manifests", ["static-pods"]),
        ("/etc/kubernetes", ["static-pods", "kubernetes-configuration"]),
        ("/etc/kubernetes/features.d", []),
        ("/opt/cni/bin", ["network-plugins"]),
        ("/run/user/1000/podman/podman.sock", ["runtime-socket"]),
        ("/run/user/1000", ["runtime-socket"]),
        ("/run/user/1000/wayland-0", []),
        ("/lib/modules", ["boot"]),
        ("/lib", ["services", "programs", "boot"]),
        ("/run/systemd/system", []),
        ("/home/ada/project", []),
        ("/home/ada", ["ssh", "credentials"]),
        ("/home/ada/.aws/credentials", ["credentials"]),
        ("/home/ada/.ssh", ["ssh", "credentials"]),
        ("/var/lib/docker/volumes", ["runtime-data"]),
        ("/dev/sda", ["devices"]),
        ("/srv/data", []),
        ("/var/log/pods", ["logs"]),
        ("\(rootHome)/.ssh", ["ssh", "credentials"]),
        ("/proc/1/root", SensitivePlace.allCases.map(\.rawValue)),
    ])
    func `a mount exposes the places that it is, holds or lies in`(path: String, places: [String]) {
        #expect(HostPath(path).exposedPlaces.map(\.rawValue) == places)
    }

    @Test func `a socket by another name shows by where it is put`() {
        var host = HostAccess()
        host.mounts = [.init(source: HostPath("/srv/x"), target: "/var/run/docker.sock", isReadOnly: true)]
        #expect(host.exposes(onlyWritable: false) == [.runtimeSocket])
        #expect(host.exposes(onlyWritable: true) == [])
    }
}
