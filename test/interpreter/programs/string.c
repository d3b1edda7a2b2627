/* <string.h>. */
#include <stdio.h>
#include <string.h>
static int sign(int n) { return (n > 0) - (n < 0); }
int main(void)
{
	char a[40] = "hello", b[40], text[] = "a,b;;c", *state;
	memset(b, '-', sizeof(b));
	strncpy(b, a, 8);
	printf("%zu %s %d %d ", strlen(a), b, b[7], b[8]);
	strcat(a, " world");
	strncat(a, "!?#", 2);
	printf("%s %d %d %d\n", a, sign(strcmp(a, "hello")), sign(strncmp(a, "help", 3)), sign(strcmp("a", "\xff")));
	printf("%s %s %s %s %td\n", strchr(a, 'o'), strrchr(a, 'o'), strstr(a, "lo w"), strpbrk(a, "xwz"), (char *)memchr(a, 'w', 12) - a);
	printf("%zu %zu %d %d\n", strspn("aabbc", "ab"), strcspn("aabbc", "c"), sign(memcmp("ab\0c", "ab\0d", 4)), strchr(a, 0) == a + strlen(a));
	memmove(a + 2, a, 5);
	printf("%s", a);
	for (char *word = strtok_r(text, ",;", &state); word; word = strtok_r(NULL, ",;", &state))
		printf(" [%s]", word);
	printf("\n");
	return 0;
}
