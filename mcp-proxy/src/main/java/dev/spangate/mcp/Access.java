package dev.spangate.mcp;

import dev.spangate.proxy.Action;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Policy;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What a caller may see and call. A policy that throws denies.
final class Access {
    private static final System.Logger LOG = System.getLogger(Access.class.getName());

    private final Policy policy;

    Access(Policy policy) {
        this.policy = policy;
    }

    /// The definitions of the tools that a caller may see.
    List<ObjectNode> visible(Caller caller, List<NameTable.Entry> tools) {
        return tools.stream()
                .filter(tool -> sees(caller, tool))
                .map(NameTable.Entry::definition)
                .toList();
    }

    boolean sees(Caller caller, NameTable.Entry tool) {
        return sees(caller, tool.server())
                && decide(caller, new Action.SeeTool(tool.server(), tool.own()))
                        instanceof Decision.Allow;
    }

    /// Whether a server exists for a caller.
    boolean sees(Caller caller, String server) {
        return decide(caller, new Action.SeeServer(server)) instanceof Decision.Allow;
    }

    Decision mayCall(Caller caller, NameTable.Entry tool) {
        return decide(caller, new Action.CallTool(tool.server(), tool.own()));
    }

    private Decision decide(Caller caller, Action action) {
        try {
            return policy.decide(caller, action);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Policy failed: denied", e);
            return new Decision.Deny(403, "policy_error", "Denied: a policy failed");
        }
    }
}
