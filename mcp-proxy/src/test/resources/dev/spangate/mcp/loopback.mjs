// Preload: whatever listens on a port listens on 127.0.0.1 only.
import net from 'node:net';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
    if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
        const callback = rest.find(value => typeof value === 'function');
        return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...(callback ? [callback] : []));
    }
    if (first && typeof first === 'object' && 'port' in first) {
        return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
    }
    return listen.call(this, first, ...rest);
};
