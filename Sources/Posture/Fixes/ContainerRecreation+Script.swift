extension ContainerRecreation {
    /// A shell script that does it, by Docker's command line, jq and curl.
    ///
    /// What the container was given, secrets of its environment among it, is in memory and in pipes alone.
    var script: String {
        let sources = Set(mounts.values.compactMap { $0 }).sorted()
        let asked = sources.map {
            "[ -S \(FixFolder.quoted($0)) ] || { echo \(FixFolder.quoted("\($0) is not there")) >&2; exit 1; }\n"
        }
        return """
            #!/bin/sh
            # Makes the container again, from its own inspection, with the changes below. The old one is kept, stopped,
            # by another name. DOCKER_SOCKET says where the engine answers, if not at /run/docker.sock.
            set -eu
            name=\(FixFolder.quoted(name))
            changes=\(FixFolder.quoted(changes.compactJSON))
            \(asked.joined())
            """ + "\n" + Self.body
    }

    /// What changes, for ``plan``.
    var changes: Document {
        [
            "mounts": .object(
                mounts.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.map { .text($0) } ?? .null) }
            ),
            "ports": .list(
                ports.map { ["from": .text("\($0.from)/tcp"), "to": .text("\($0.to)/tcp"), "port": .text("\($0.to)")] }
            ),
            "flags": .list(program.removedFlags.sorted().map { .text($0) }),
            "valued": .list(program.removedFlags.intersection(ContainerChanges.withValue).sorted().map { .text($0) }),
            "arguments": .list(program.addedArguments.map { .text($0) }),
            "gone": .list(program.removedVariables.union(program.variables.keys).sorted().map { .text($0) }),
            "variables": .list(program.variables.sorted { $0.key < $1.key }.map { .text("\($0.key)=\($0.value)") }),
        ]
    }

    /// A program of jq's: from what `docker inspect` tells, `$change` and the id `$image` that the image's name has
    /// now, to the body of `POST /containers/create` and to the further networks to connect.
    ///
    /// Source: Docker Engine API v1.41, ContainerInspect and ContainerCreate.
    static let plan = #"""
        def without($flags; $valued):
          reduce .[] as $a ({kept: [], gone: false};
            if .gone and ($a | startswith("-") | not) then .gone = false
            else .gone = false
              | ($a | sub("^-+"; "") | split("=") | (.[0] // "") | gsub("_"; "-")) as $name
              | if ($a | startswith("-")) and ($flags | any(. == $name))
                then .gone = (($a | contains("=") | not) and ($valued | any(. == $name)))
                else .kept += [$a] end
            end) | .kept;
        def clean: sub("(?<=.)/+$"; "");
        def endpoint($id): {IPAMConfig, Links, DriverOpts, Aliases: ((.Aliases // []) - [$id[0:12]])}
          | with_entries(select(.value != null));
        .[0] as $c
        | $c.HostConfig.NetworkMode as $mode
        | ($mode | startswith("container:")) as $joins
        | ($c.HostConfig.Binds // [] | map(split(":") as $p | ($p[1] // "") as $at
            | if ($change.mounts | has($at) | not) then .
              elif $change.mounts[$at] == null then empty
              else [$change.mounts[$at]] + $p[1:] | join(":") end)) as $binds
        | ($c.HostConfig.Mounts // [] | map(. as $one
            | if ($change.mounts | has($one.Target)) then
                (if $change.mounts[$one.Target] == null then empty else .Source = $change.mounts[$one.Target] end)
              elif .Type == "volume" and ((.Source // "") == "") then
                .Source = ([$c.Mounts[] | select(.Destination == ($one.Target | clean)) | .Name][0] // "")
              else . end)) as $own
        | ([$c.HostConfig.Binds // [] | .[] | split(":") | (.[1] // .[0]) | clean]
            + [$c.HostConfig.Mounts // [] | .[].Target | clean]) as $told
        | ([$c.Mounts // [] | .[] | select(.Type == "volume")
            | select(.Destination as $at | $told | any(. == $at) | not)
            | {Type: "volume", Source: .Name, Target: .Destination, ReadOnly: (.RW | not)}
              + (if (.Driver // "local") == "local" then {} else {VolumeOptions: {DriverConfig: {Name: .Driver}}} end)
           ]) as $unnamed
        | ($c.NetworkSettings.Networks // {} | to_entries) as $networks
        | (if $joins or ($mode | IN("default", "bridge", "host", "none")) then null
           else ([$networks[] | select(.key == $mode or .value.NetworkID == $mode) | .key][0]) end) as $first
        | {
            create: (
              $c.Config
              | if .Hostname == $c.Id[0:12] or $joins or $c.HostConfig.UTSMode == "host" then del(.Hostname) else . end
              | if $joins then del(.Domainname, .ExposedPorts, .MacAddress) else . end
              | if $change.flags != [] then
                  .Entrypoint |= (if . == null then . else without($change.flags; $change.valued) end)
                  | .Cmd |= (if . == null then . else without($change.flags; $change.valued) end)
                else . end
              | if $change.arguments != [] then .Cmd = (.Cmd // []) + $change.arguments else . end
              | if $change.gone != [] then
                  .Env = ((.Env // []) | map(select(split("=")[0] as $n | $change.gone | any(. == $n) | not)))
                    + $change.variables
                else . end
              | if $image == $c.Image then . else .Image = $c.Image end
              | .HostConfig = (
                  $c.HostConfig
                  | .Binds = $binds
                  | .Mounts = $own + $unnamed
                  | .Links = ((.Links // []) | map(split(":")
                      | (.[0] | ltrimstr("/")) + ":" + (.[1] // .[0] | split("/") | last)))
                  | reduce $change.ports[] as $port (.;
                      if (.PortBindings // {} | has($port.from)) then
                        .PortBindings[$port.to] //= (.PortBindings[$port.from] | map(.HostPort = $port.port))
                        | del(.PortBindings[$port.from])
                      else . end)
                  | del(.ContainerIDFile)
                )
              | .NetworkingConfig = {
                  EndpointsConfig: ([$networks[] | select(.key == $first) | .value |= endpoint($c.Id)] | from_entries)
                }
            ),
            connect: [
              $networks[]
              | select(.key != $first and ($mode | IN("host", "none") | not) and ($joins | not))
              | select(.key != "bridge" or ($mode | IN("default", "bridge") | not))
              | {network: .key, endpoint: (.value | endpoint($c.Id))}
            ]
          }
        """#

    private static let body = #"""
        socket=${DOCKER_SOCKET:-/run/docker.sock}

        engine() { docker -H "unix://$socket" "$@"; }

        # Posts standard input to a path of the API, and prints what it answers.
        post() {
            answer=$(curl --silent --show-error --unix-socket "$socket" -X POST -H 'Content-Type: application/json' \
                --data-binary @- --write-out '\n%{http_code}' "http://localhost$1") || return 1
            case $(printf '%s' "$answer" | tail -n 1) in
                2*) printf '%s\n' "$answer" | sed '$d' ;;
                *) printf '%s\n' "$answer" >&2; return 1 ;;
            esac
        }

        inspection=$(engine inspect --type container "$name")
        if [ "$(printf '%s' "$inspection" | jq -r '.[0].HostConfig.AutoRemove')" = true ]; then
            echo "$name goes when it is stopped: there would be no way back" >&2
            exit 1
        fi
        image=$(printf '%s' "$inspection" | jq -r '.[0].Config.Image')
        image=$(engine image inspect --format '{{.Id}}' "$image" || true)
        plan=$(printf '%s' "$inspection" | jq --argjson change "$changes" --arg image "$image" '
        """# + "\n" + plan + "\n" + #"""
            ')
            policy=$(printf '%s' "$inspection" | jq -r '.[0].HostConfig.RestartPolicy
                | (.Name // "" | if . == "" then "no" else . end)
                + (if (.MaximumRetryCount // 0) > 0 then ":\(.MaximumRetryCount)" else "" end)')
            old=$name-before-$(date -u +%Y%m%d%H%M%S)

            engine rename "$name" "$old"
            unmade() {
                engine rm --force "$name" > /dev/null 2>&1 || true
                engine rename "$old" "$name"
                exit 1
            }
            made=$(printf '%s' "$plan" | jq -c .create | post "/containers/create?name=$name") || unmade
            id=$(printf '%s' "$made" | jq -er .Id) || unmade
            printf '%s' "$plan" | jq -c '.connect[]' | while IFS= read -r one; do
                printf '%s' "$one" | jq -c --arg id "$id" '{Container: $id, EndpointConfig: .endpoint}' \
                    | post "/networks/$(printf '%s' "$one" | jq -r '.network | @uri')/connect" || exit 1
            done || unmade

            engine stop "$old" > /dev/null
            engine update --restart=no "$old" > /dev/null
            if ! engine start "$name" > /dev/null; then
                engine rm --force "$name" > /dev/null
                engine rename "$old" "$name"
                engine update --restart="$policy" "$name" > /dev/null
                engine start "$name" > /dev/null
                exit 1
            fi
            echo "$name is made again. The way back:"
            echo "docker rm -f $name && docker rename $old $name"
            echo "docker update --restart=$policy $name && docker start $name"

            """#
}
