/// Podman's own bodies: `pkg/specgen`.
///
/// They are open: what is not named here is kept as it is, since Podman changes them with each version.
enum LibpodTypes {
    static let container = BodyObject(
        [
            ("name", .string), ("pod", .string), ("entrypoint", .strings), ("command", .strings), ("env_host", .bool),
            ("httpproxy", .bool), ("env", .stringMap), ("terminal", .bool), ("stdin", .bool), ("labels", .stringMap),
            ("annotations", .stringMap), ("conmon_pid_file", .string), ("restart_policy", .string),
            ("restart_tries", .uint64), ("oci_runtime", .string), ("systemd", .string), ("sdnotifyMode", .string),
            ("pidns", .object(namespace)), ("utsns", .object(namespace)), ("hostname", .string),
            ("hostusers", .strings), ("sysctl", .stringMap), ("remove", .bool), ("removeImage", .bool),
            ("containerCreateCommand", .strings), ("dependencyContainers", .strings), ("secret_env", .stringMap),
            ("init_container_type", .string), ("envmerge", .strings), ("unsetenv", .strings), ("unsetenvall", .bool),
            ("passwd_entry", .string), ("group_entry", .string), ("image", .string), ("raw_image_name", .string),
            ("rootfs", .string), ("rootfs_overlay", .bool), ("rootfs_mapping", .string),
            ("image_volume_mode", .string), ("volumes_from", .strings), ("init", .bool), ("init_path", .string),
            ("mounts", .list(.object(mount))), ("volumes", .list(.object(volume))),
            ("overlay_volumes", .list(.object(overlayVolume))), ("image_volumes", .list(.object(.any))),
            ("artifact_volumes", .list(.object(.any))), ("devices", .list(.object(device))),
            ("device_cgroup_rule", .list(.object(.any))), ("devices_from", .strings),
            ("host_device_list", .list(.object(device))), ("gpus", .strings), ("ipcns", .object(namespace)),
            ("work_dir", .string), ("storage_opts", .stringMap), ("rootfs_propagation", .string),
            ("chroot_directories", .strings), ("privileged", .bool), ("user", .string), ("groups", .strings),
            ("cap_add", .strings), ("cap_drop", .strings), ("selinux_opts", .strings), ("apparmor_profile", .string),
            ("seccomp_policy", .string), ("seccomp_profile_path", .string), ("no_new_privileges", .bool),
            ("userns", .object(namespace)), ("idmappings", .object(.any)), ("read_only_filesystem", .bool),
            ("read_write_tmpfs", .bool), ("label_nested", .bool), ("procfs_opts", .strings), ("mask", .strings),
            ("unmask", .strings), ("cgroupns", .object(namespace)), ("cgroups_mode", .string),
            ("cgroup_parent", .string), ("netns", .object(namespace)), ("portmappings", .list(.object(port))),
            ("publish_image_ports", .bool), ("expose", .stringMap), ("hostadd", .strings),
            ("base_hosts_file", .string), ("network_options", .map(.strings)), ("oom_score_adj", .int64),
            ("unified", .stringMap), ("resource_limits", .object(.any)),
        ],
        isOpen: true
    )

    static let pod = BodyObject(
        [
            ("name", .string), ("hostname", .string), ("labels", .stringMap), ("no_infra", .bool),
            ("infra_conmon_pid_file", .string), ("infra_command", .strings), ("infra_image", .string),
            ("infra_name", .string), ("ipcns", .object(namespace)), ("shared_namespaces", .strings),
            ("restart_policy", .string), ("pod_create_command", .strings), ("pidns", .object(namespace)),
            ("userns", .object(namespace)), ("utsns", .object(namespace)), ("pod_devices", .strings),
            ("sysctl", .stringMap), ("netns", .object(namespace)), ("portmappings", .list(.object(port))),
            ("hostadd", .strings), ("hostsFile", .string), ("network_options", .map(.strings)),
            ("mounts", .list(.object(mount))), ("volumes", .list(.object(volume))),
            ("overlay_volumes", .list(.object(overlayVolume))), ("image_volumes", .list(.object(.any))),
            ("volumes_from", .strings), ("cgroup_parent", .string), ("security_opt", .strings),
            ("resource_limits", .object(.any)),
        ],
        isOpen: true
    )

    private static let namespace = BodyObject([("nsmode", .string), ("value", .string)])
    private static let mount = BodyObject(
        [("destination", .string), ("type", .string), ("source", .string), ("options", .strings)],
        isOpen: true
    )
    private static let volume = BodyObject(
        [
            ("Name", .string), ("Dest", .string), ("Options", .strings), ("IsAnonymous", .bool), ("SubPath", .string),
        ],
        isOpen: true
    )
    private static let overlayVolume = BodyObject(
        [("destination", .string), ("source", .string), ("options", .strings)],
        isOpen: true
    )
    private static let device = BodyObject([("path", .string), ("type", .string)], isOpen: true)
    private static let port = BodyObject(
        [
            ("host_ip", .string), ("container_port", .uint16), ("host_port", .uint16), ("range", .uint16),
            ("protocol", .string),
        ],
        isOpen: true
    )
}
