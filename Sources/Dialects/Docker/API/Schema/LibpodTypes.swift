/// Podman's own bodies: `pkg/specgen`, Podman 4.3 to 6.0.
///
/// They are open: a key that is not named here is kept where it stands, so that it can be told and refused
/// (``BodySchema/unknownKeys(in:)``); Podman gets new ones with each version.
enum LibpodTypes {
    static let container = BodyObject(
        basics + storage + security + groups + network + limits + health,
        isOpen: true
    )

    static let pod = BodyObject(
        [
            ("name", .string), ("hostname", .string), ("exit_policy", .string), ("labels", .stringMap),
            ("no_infra", .bool), ("infra_conmon_pid_file", .string), ("infra_command", .strings),
            ("infra_image", .string), ("infra_name", .string), ("ipcns", .object(namespace)),
            ("shared_namespaces", .strings), ("restart_policy", .string), ("restart_tries", .uint64),
            ("share_parent", .bool), ("pod_create_command", .strings), ("pidns", .object(namespace)),
            ("userns", .object(namespace)), ("utsns", .object(namespace)), ("pod_devices", .strings),
            ("sysctl", .stringMap), ("netns", .object(namespace)), ("portmappings", .list(.object(port))),
            ("Networks", .map(.object(attachment))), ("networkOrder", .strings), ("cni_networks", .strings),
            ("no_manage_resolv_conf", .bool), ("dns_server", .strings), ("dns_search", .strings),
            ("dns_option", .strings), ("no_manage_hostname", .bool), ("no_manage_hosts", .bool),
            ("hostadd", .strings), ("hostsFile", .string), ("network_options", .map(.strings)),
            ("mounts", .list(.object(OCITypes.mount))), ("volumes", .list(.object(volume))),
            ("overlay_volumes", .list(.object(overlayVolume))), ("image_volumes", .list(.object(imageVolume))),
            ("volumes_from", .strings), ("shm_size", .int64), ("shm_size_systemd", .int64),
            ("cgroup_parent", .string), ("resource_limits", .object(resources)), ("security_opt", .strings),
            ("idmappings", .object(mappings)), ("serviceContainerID", .string),
        ],
        isOpen: true
    )

    /// The body of an update: the limits themselves, those of devices by path, and the health check's settings.
    static let update = BodyObject(
        OCITypes.resources + deviceLimits + [
            ("health_cmd", .string), ("health_interval", .string), ("health_retries", .uint64),
            ("health_timeout", .string), ("health_start_period", .string), ("health_startup_cmd", .string),
            ("health_startup_interval", .string), ("health_startup_retries", .uint64),
            ("health_startup_timeout", .string), ("health_startup_success", .uint64), ("health_on_failure", .string),
            ("no_healthcheck", .bool), ("health_log_destination", .string), ("health_max_log_size", .uint64),
            ("health_max_log_count", .uint64), ("Env", .strings), ("UnsetEnv", .strings),
            ("r_limits", .list(.object(OCITypes.rlimit))),
        ],
        isOpen: true
    )

    static let volumeCreate = BodyObject(
        [
            ("Name", .string), ("Driver", .string), ("Label", .stringMap), ("Labels", .stringMap),
            ("Options", .stringMap), ("IgnoreIfExists", .bool), ("UID", .int64), ("GID", .int64),
        ],
        isOpen: true
    )

    static let networkCreate = BodyObject(
        [
            ("name", .string), ("id", .string), ("driver", .string), ("network_interface", .string),
            ("created", .string), ("subnets", .list(.object(subnet))), ("routes", .list(.object(route))),
            ("ipv6_enabled", .bool), ("internal", .bool), ("dns_enabled", .bool), ("network_dns_servers", .strings),
            ("labels", .stringMap), ("options", .stringMap), ("ipam_options", .stringMap),
        ],
        isOpen: true
    )

    static let networkConnect = BodyObject([("container", .string)] + attachmentFields, isOpen: true)

    // MARK: The parts of a SpecGenerator, as it is put together

    private static let basics: [(StaticString, BodyType)] = [
        ("name", .string), ("pod", .string), ("entrypoint", .strings), ("command", .strings), ("env_host", .bool),
        ("httpproxy", .bool), ("env", .stringMap), ("terminal", .bool), ("stdin", .bool), ("labels", .stringMap),
        ("annotations", .stringMap), ("stop_signal", .int64), ("stop_timeout", .uint64), ("timeout", .uint64),
        ("log_configuration", .object(log)), ("conmon_pid_file", .string), ("raw_image_name", .string),
        ("image_os", .string), ("image_arch", .string), ("image_variant", .string), ("restart_policy", .string),
        ("restart_tries", .uint64), ("oci_runtime", .string), ("systemd", .string), ("sdnotifyMode", .string),
        ("namespace", .string), ("pidns", .object(namespace)), ("utsns", .object(namespace)), ("hostname", .string),
        ("hostusers", .strings), ("sysctl", .stringMap), ("remove", .bool), ("removeImage", .bool),
        ("containerCreateCommand", .strings), ("timezone", .string), ("dependencyContainers", .strings),
        ("secret_env", .stringMap), ("init_container_type", .string), ("personality", .object(OCITypes.personality)),
        ("envmerge", .strings), ("unsetenv", .strings), ("unsetenvall", .bool), ("manage_password", .bool),
        ("passwd_entry", .string), ("group_entry", .string),
    ]

    private static let storage: [(StaticString, BodyType)] = [
        ("image", .string), ("rootfs", .string), ("rootfs_overlay", .bool), ("rootfs_mapping", .string),
        ("image_volume_mode", .string), ("volumes_from", .strings), ("init", .bool), ("init_path", .string),
        ("mounts", .list(.object(OCITypes.mount))), ("volumes", .list(.object(volume))),
        ("overlay_volumes", .list(.object(overlayVolume))), ("image_volumes", .list(.object(imageVolume))),
        ("artifact_volumes", .list(.object(artifactVolume))), ("devices", .list(.object(OCITypes.device))),
        ("device_cgroup_rule", .list(.object(OCITypes.deviceRule))), ("devices_from", .strings),
        ("host_device_list", .list(.object(OCITypes.device))), ("gpus", .strings), ("ipcns", .object(namespace)),
        ("shm_size", .int64), ("shm_size_systemd", .int64), ("work_dir", .string), ("create_working_dir", .bool),
        ("storage_opts", .stringMap), ("rootfs_propagation", .string), ("secrets", .list(.object(secret))),
        ("volatile", .bool), ("chroot_directories", .strings),
    ]

    private static let security: [(StaticString, BodyType)] = [
        ("privileged", .bool), ("user", .string), ("groups", .strings), ("cap_add", .strings), ("cap_drop", .strings),
        ("selinux_opts", .strings), ("apparmor_profile", .string), ("seccomp_policy", .string),
        ("seccomp_profile_path", .string), ("no_new_privileges", .bool), ("userns", .object(namespace)),
        ("idmappings", .object(mappings)), ("read_only_filesystem", .bool), ("read_write_tmpfs", .bool),
        ("label_nested", .bool), ("umask", .string), ("procfs_opts", .strings), ("mask", .strings),
        ("unmask", .strings),
    ]

    private static let groups: [(StaticString, BodyType)] = [
        ("cgroupns", .object(namespace)), ("cgroups_mode", .string), ("cgroup_parent", .string),
    ]

    private static let network: [(StaticString, BodyType)] = [
        ("netns", .object(namespace)), ("portmappings", .list(.object(port))), ("publish_image_ports", .bool),
        ("expose", .stringMap), ("Networks", .map(.object(attachment))), ("networkOrder", .strings),
        ("cni_networks", .strings), ("use_image_resolve_conf", .bool), ("dns_server", .strings),
        ("dns_search", .strings), ("dns_option", .strings), ("use_image_hostname", .bool), ("use_image_hosts", .bool),
        ("base_hosts_file", .string), ("hostadd", .strings), ("network_options", .map(.strings)),
    ]

    private static let limits: [(StaticString, BodyType)] =
        [
            ("intelRdt", .object(OCITypes.cacheAllocation)), ("resource_limits", .object(resources)),
            ("r_limits", .list(.object(OCITypes.rlimit))), ("oom_score_adj", .int64), ("unified", .stringMap),
            ("cpu_period", .uint64), ("cpu_quota", .int64),
            ("weightDevice", .map(.object(OCITypes.weightDevice))),
            ("throttleReadBpsDevice", .map(.object(OCITypes.throttleDevice))),
            ("throttleWriteBpsDevice", .map(.object(OCITypes.throttleDevice))),
            ("throttleReadIOPSDevice", .map(.object(OCITypes.throttleDevice))),
            ("throttleWriteIOPSDevice", .map(.object(OCITypes.throttleDevice))),
        ]

    private static let health: [(StaticString, BodyType)] = [
        ("healthconfig", .object(healthcheck)), ("health_check_on_failure_action", .int64),
        ("startupHealthConfig", .object(startupHealthcheck)), ("healthLogDestination", .string),
        ("healthMaxLogCount", .uint64), ("healthMaxLogSize", .uint64),
    ]

    // MARK: Types of their fields

    private static let resources = BodyObject(OCITypes.resources, isOpen: true)
    private static let healthFields: [(StaticString, BodyType)] = [
        ("Test", .strings), ("Interval", .int64), ("Timeout", .int64), ("StartPeriod", .int64),
        ("StartInterval", .int64), ("Retries", .int64),
    ]
    private static let healthcheck = BodyObject(healthFields, isOpen: true)
    private static let startupHealthcheck = BodyObject(healthFields + [("Successes", .int64)], isOpen: true)
    private static let log = BodyObject(
        [("driver", .string), ("path", .string), ("size", .int64), ("options", .stringMap), ("labels", .stringMap)],
        isOpen: true
    )
    private static let namespace = BodyObject([("nsmode", .string), ("value", .string)], isOpen: true)
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
    private static let imageVolume = BodyObject(
        [("Source", .string), ("Destination", .string), ("ReadWrite", .bool), ("subPath", .string)],
        isOpen: true
    )
    private static let artifactVolume = BodyObject(
        [("source", .string), ("destination", .string), ("title", .string), ("digest", .string), ("name", .string)],
        isOpen: true
    )
    private static let secret = BodyObject(
        [("Source", .string), ("Target", .string), ("UID", .uint32), ("GID", .uint32), ("Mode", .uint32)],
        isOpen: true
    )
    private static let port = BodyObject(
        [
            ("host_ip", .string), ("container_port", .uint16), ("host_port", .uint16), ("range", .uint16),
            ("protocol", .string),
        ],
        isOpen: true
    )
    private static let attachmentFields: [(StaticString, BodyType)] = [
        ("static_ips", .strings), ("aliases", .strings), ("static_mac", .string), ("interface_name", .string),
        ("options", .stringMap),
    ]
    private static let attachment = BodyObject(attachmentFields, isOpen: true)
    private static let subnet = BodyObject(
        [
            ("subnet", .string), ("gateway", .string),
            ("lease_range", .object(BodyObject([("start_ip", .string), ("end_ip", .string)], isOpen: true))),
        ],
        isOpen: true
    )
    private static let route = BodyObject(
        [("destination", .string), ("gateway", .string), ("metric", .uint32)],
        isOpen: true
    )
    private static let deviceLimits: [(StaticString, BodyType)] = [
        ("BlkIOWeightDevice", .list(.object(pathDevice))), ("DeviceReadBPs", .list(.object(pathDevice))),
        ("DeviceWriteBPs", .list(.object(pathDevice))), ("DeviceReadIOPs", .list(.object(pathDevice))),
        ("DeviceWriteIOPs", .list(.object(pathDevice))),
    ]
    private static let pathDevice = BodyObject(
        [("path", .string), ("rate", .uint64), ("weight", .uint16)],
        isOpen: true
    )

    /// `storage/types.IDMappingOptions`.
    private static let mappings = BodyObject(
        [
            ("HostUIDMapping", .bool), ("HostGIDMapping", .bool), ("UIDMap", .list(.object(idMap))),
            ("GIDMap", .list(.object(idMap))), ("AutoUserNs", .bool), ("AutoUserNsOpts", .object(automatic)),
        ],
        isOpen: true
    )
    private static let idMap = BodyObject(
        [("container_id", .int64), ("host_id", .int64), ("size", .int64)],
        isOpen: true
    )
    private static let automatic = BodyObject(
        [
            ("Size", .uint32), ("InitialSize", .uint32), ("PasswdFile", .string), ("GroupFile", .string),
            ("AdditionalUIDMappings", .list(.object(idMap))), ("AdditionalGIDMappings", .list(.object(idMap))),
        ],
        isOpen: true
    )
}
