// What reading alone costs: the fields that `tidewaiter scan` reads of a Kubernetes audit event, projected from the
// same bytes by bare simdjson, with the same framing (read, memchr). Prints events, fields and a sum that keeps the
// compiler honest. Usage: baseline dom|ondemand FILE
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include <simdjson.h>

using namespace simdjson;

static uint64_t fields = 0, sum = 0;

static void take(std::string_view text) {
    fields++;
    sum += text.size() + (text.empty() ? 0 : uint8_t(text[0]));
}

template <class Value> static void text(Value value) {
    std::string_view view;
    if (!value.get_string().get(view)) {
        take(view);
    }
}

static void text(dom::element value) {
    std::string_view view;
    if (!value.get_string().get(view)) {
        take(view);
    }
}

// Every scalar below a value, as text or bits: what a field with structure costs (environment, mounts, contexts).
static void all(dom::element value) {
    switch (value.type()) {
    case dom::element_type::OBJECT:
        for (auto member : dom::object(value)) {
            take(member.key);
            all(member.value);
        }
        break;
    case dom::element_type::ARRAY:
        for (dom::element element : dom::array(value)) {
            all(element);
        }
        break;
    case dom::element_type::STRING:
        text(value);
        break;
    default:
        fields++;
    }
}

static void all(ondemand::value value) {
    ondemand::json_type type;
    if (value.type().get(type)) {
        return;
    }
    switch (type) {
    case ondemand::json_type::object: {
        ondemand::object object;
        if (value.get_object().get(object)) return;
        for (auto member : object) {
            std::string_view key;
            if (member.unescaped_key().get(key)) return;
            take(key);
            ondemand::value inner;
            if (member.value().get(inner)) return;
            all(inner);
        }
        break;
    }
    case ondemand::json_type::array: {
        ondemand::array array;
        if (value.get_array().get(array)) return;
        for (auto element : array) {
            ondemand::value inner;
            if (element.get(inner)) return;
            all(inner);
        }
        break;
    }
    case ondemand::json_type::string:
        text(value);
        break;
    default:
        fields++;
    }
}

static bool is_container_list(std::string_view key) {
    return key == "containers" || key == "initContainers" || key == "ephemeralContainers";
}

static bool is_container_field(std::string_view key) {
    return key == "name" || key == "image" || key == "command" || key == "args" || key == "env" ||
           key == "securityContext" || key == "volumeMounts" || key == "ports" || key == "lifecycle" ||
           key == "workingDir" || key == "restartPolicy" || key == "livenessProbe";
}

static bool is_pod_field(std::string_view key) {
    return key == "volumes" || key == "hostNetwork" || key == "hostPID" || key == "hostIPC" || key == "nodeName" ||
           key == "nodeSelector" || key == "tolerations" || key == "serviceAccountName" ||
           key == "automountServiceAccountToken" || key == "securityContext" || key == "restartPolicy";
}

static bool is_metadata_field(std::string_view key) {
    return key == "name" || key == "namespace" || key == "generateName" || key == "labels" || key == "ownerReferences" ||
           key == "uid";
}

static bool is_event_field(std::string_view key) {
    return key == "auditID" || key == "stage" || key == "level" || key == "verb" || key == "requestURI" ||
           key == "userAgent" || key == "requestReceivedTimestamp" || key == "stageTimestamp";
}

static bool is_event_structure(std::string_view key) {
    return key == "user" || key == "sourceIPs" || key == "objectRef" || key == "responseStatus" || key == "annotations";
}

static void pod_spec(dom::object spec) {
    for (auto member : spec) {
        if (is_container_list(member.key)) {
            dom::array containers;
            if (member.value.get(containers)) continue;
            for (dom::element container : containers) {
                dom::object object;
                if (container.get(object)) continue;
                for (auto field : object) {
                    if (is_container_field(field.key)) all(field.value);
                }
            }
        } else if (is_pod_field(member.key)) {
            all(member.value);
        }
    }
}

// Of a workload: metadata, spec, spec.template.
static void workload(dom::object object) {
    for (auto member : object) {
        dom::object inner;
        if (member.value.get(inner)) continue;
        if (member.key == "metadata") {
            for (auto field : inner) {
                if (is_metadata_field(field.key)) all(field.value);
            }
        } else if (member.key == "spec") {
            pod_spec(inner);
            for (auto field : inner) {
                dom::object nested;
                if ((field.key == "template" || field.key == "jobTemplate") && !field.value.get(nested)) workload(nested);
            }
        }
    }
}

static void event(dom::element root) {
    dom::object object;
    if (root.get(object)) return;
    bool deploys = false;
    for (auto member : object) {
        if (is_event_field(member.key)) {
            text(member.value);
            if (member.key == "verb") {
                std::string_view verb;
                deploys = !member.value.get(verb) && (verb == "create" || verb == "update" || verb == "patch");
            }
        } else if (is_event_structure(member.key)) {
            all(member.value);
        } else if (member.key == "requestObject" && deploys) {
            dom::object inner;
            if (!member.value.get(inner)) workload(inner);
        }
    }
}

static void pod_spec(ondemand::object spec);

static void workload(ondemand::object object) {
    for (auto member : object) {
        std::string_view key;
        ondemand::value value;
        if (member.unescaped_key().get(key) || member.value().get(value)) return;
        if (key != "metadata" && key != "spec") continue;
        ondemand::object inner;
        if (value.get_object().get(inner)) continue;
        if (key == "spec") {
            pod_spec(inner);
            continue;
        }
        for (auto field : inner) {
            std::string_view name;
            ondemand::value child;
            if (field.unescaped_key().get(name) || field.value().get(child)) return;
            if (is_metadata_field(name)) all(child);
        }
    }
}

static void pod_spec(ondemand::object spec) {
    for (auto member : spec) {
        std::string_view key;
        ondemand::value value;
        if (member.unescaped_key().get(key) || member.value().get(value)) return;
        if (is_container_list(key)) {
            ondemand::array containers;
            if (value.get_array().get(containers)) continue;
            for (auto container : containers) {
                ondemand::object object;
                if (container.get_object().get(object)) continue;
                for (auto field : object) {
                    std::string_view name;
                    ondemand::value child;
                    if (field.unescaped_key().get(name) || field.value().get(child)) return;
                    if (is_container_field(name)) all(child);
                }
            }
        } else if (key == "template" || key == "jobTemplate") {
            ondemand::object inner;
            if (!value.get_object().get(inner)) workload(inner);
        } else if (is_pod_field(key)) {
            all(value);
        }
    }
}

static void event(ondemand::document &document) {
    ondemand::object object;
    if (document.get_object().get(object)) return;
    bool deploys = false;
    for (auto member : object) {
        std::string_view key;
        ondemand::value value;
        if (member.unescaped_key().get(key) || member.value().get(value)) return;
        if (is_event_field(key)) {
            std::string_view view;
            if (value.get_string().get(view)) continue;
            take(view);
            if (key == "verb") deploys = view == "create" || view == "update" || view == "patch";
        } else if (is_event_structure(key)) {
            all(value);
        } else if (key == "requestObject" && deploys) {
            ondemand::object inner;
            if (!value.get_object().get(inner)) workload(inner);
        }
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: baseline dom|ondemand FILE\n");
        return 1;
    }
    bool is_dom = strcmp(arguments[1], "dom") == 0;
    int file = open(arguments[2], O_RDONLY);
    if (file < 0) {
        perror(arguments[2]);
        return 1;
    }
    const size_t chunk = 1 << 20, limit = 16 << 20;
    char *buffer = (char *)malloc(limit + chunk + SIMDJSON_PADDING);
    size_t start = 0, end = 0;
    dom::parser dom_parser;
    ondemand::parser ondemand_parser;
    uint64_t events = 0, failures = 0;
    for (;;) {
        ssize_t got = read(file, buffer + end, chunk);
        if (got <= 0) break;
        end += size_t(got);
        char *newline;
        while ((newline = (char *)memchr(buffer + start, '\n', end - start))) {
            size_t size = size_t(newline - (buffer + start));
            events++;
            if (is_dom) {
                dom::element root;
                if (dom_parser.parse((const uint8_t *)buffer + start, size, false).get(root)) failures++;
                else event(root);
            } else {
                ondemand::document document;
                if (ondemand_parser.iterate(buffer + start, size, size + SIMDJSON_PADDING).get(document)) failures++;
                else event(document);
            }
            start += size + 1;
        }
        memmove(buffer, buffer + start, end - start);
        end -= start;
        start = 0;
    }
    printf("%s events=%llu fields=%llu sum=%llu failures=%llu\n", arguments[1], (unsigned long long)events,
           (unsigned long long)fields, (unsigned long long)sum, (unsigned long long)failures);
    return 0;
}
