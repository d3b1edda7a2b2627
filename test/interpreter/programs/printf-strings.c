/* printf() of strings, sprintf, snprintf's limit, what is returned, %n. */
#include <stdio.h>
#include <string.h>
int main(void)
{
	char buffer[8];
	int at, n = printf("[%s|%10s|%-10s|%.2s|%10.3s]\n", "text", "right", "left", "cut", "abcdef");
	printf("%d ", n);
	n = snprintf(buffer, sizeof(buffer), "%s-%d", "abcdef", 12345);
	printf("%d %s %zu ", n, buffer, strlen(buffer));
	n = sprintf(buffer, "%d%n!", 123, &at);
	printf("%d %d %s %d\n", n, at, buffer, snprintf(NULL, 0, "%08.3f", 3.14159));
	return 0;
}
