/* Flexible arrays, packing, alignment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>
struct msg {
	unsigned short len;
	unsigned char type;
	char data[];
};
struct zero {
	int n;
	int a[0];
};
struct nested {
	long id;
	struct {
		short k;
		struct msg m;
	}
	in;
};
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof(*(p)->member) * (n))
static struct msg *mk(const char *s) {
	size_t n = strlen(s) + 1;
	struct msg *m = malloc(struct_size(m, data, n));
	m->len = n;
	m->type = 1;
	memcpy(m->data, s, n);
	return m;
}
#define DECLARE_FLEX_ARRAY(T, N) struct { struct {} __empty_##N; T N[]; }
union fl { int n; DECLARE_FLEX_ARRAY(char, bytes); };
struct __attribute__((packed)) pk {
	char a;
	int b;
	short c;
	long d;
};
struct al {
	char c;
	int i __attribute__((aligned(16)));
	char e;
};
struct __attribute__((aligned(32))) big {
	char x;
};
struct mix {
	char a;
	struct pk p;
	double d;
}
__attribute__((packed, aligned(4)));
#pragma pack(push, 2)
struct pp { char a; int b; long c; };
#pragma pack(pop)
struct bits {
	struct pk p;
	unsigned f : 3;
}
;
typedef int aint __attribute__((aligned(8)));
struct ta {
	char c;
	aint i;
};
struct empty {};
struct withempty {
	int a;
	struct empty e;
	int b;
};
union uu {
	char c[5];
	short s;
}
;
struct arr {
	union uu u[3];
	char t;
};
struct opt {
	_Alignas(64) char buf[3];
	char z;
};
struct ptrs {
	char c;
	void *p;
	char d;
	int (*f)(void);
};
int main(void)
{
	struct msg *m = mk("flexible");
	printf("%zu %zu %s %d\n", sizeof *m, offsetof(struct msg, data), m->data, m->len);
	printf("%zu %zu %zu\n", sizeof(struct zero), offsetof(struct nested, in.m.data), sizeof(struct
		nested));
	union fl *u = calloc(1, 16);
	strcpy(u->bytes, "AB");
	printf("%x %zu\n", u->n, sizeof *u);
	printf("%zu %zu %zu %zu %zu\n", sizeof(struct pk), offsetof(struct pk, d), sizeof(struct al),
		offsetof(struct al, e), _Alignof(struct al));
	printf("%zu %zu %zu %zu\n", sizeof(struct big), sizeof(struct big[2]), sizeof(struct mix),
		offsetof(struct mix, d));
	printf("%zu %zu %zu\n", sizeof(struct pp), offsetof(struct pp, c), _Alignof(struct pp));
	printf("%zu %zu %zu %zu\n", sizeof(struct bits), sizeof(struct ta), sizeof(struct withempty),
		sizeof(struct empty));
	printf("%zu %zu %zu %zu %zu %zu\n", sizeof(union uu), sizeof(struct arr), sizeof(struct opt),
		_Alignof(struct opt), sizeof(struct ptrs), offsetof(struct ptrs, f));
	struct pk p = { 1, 0x12345678, -2, 1L << 50 };
	int *ip = &p.b;
	unsigned char raw[sizeof p];
	memcpy(raw, &p, sizeof p);
	for (size_t i = 0; i < sizeof raw; i++) printf("%02x", raw[i]);
	printf(" %d %ld\n", p.b, p.d);
	(void)ip;
	p.b++;
	p.d -= 1;
	printf("%x %lx\n", p.b, p.d);
	struct pk arr[2] = { p, { .c = 9 } };
	printf("%d %zu\n", arr[1].c, (char *)&arr[1].c - (char *)arr);
	struct big bs[3];
	printf("%d\n", (int)((unsigned long)&bs[1] % 32));
	char _Alignas(16) ch;
	printf("%d\n", (int)((unsigned long)&ch % 16));
	free(m);
	free(u);
	return 0;
}
